import { asks, longShell, shell } from '../../harness/script.ts';
import { MAIN, type Takes, toolStarts } from './take.ts';

const WORK = [{ text: 'Working.', calls: [shell('sleep 3; echo worked')] }, { text: 'Worked.' }];

export const PEOPLE_TAKES: Takes = {
  'two-sessions': {
    script: {
      work: WORK,
      other: [{ calls: [shell('sleep 2; exit 1')] }, { calls: [shell('sleep 1')] }, { text: 'Other done.' }],
    },
    perform: async ({ gateway, recorder }) => {
      await Promise.all([
        gateway.person.send('main', asks('work')),
        gateway.person.send('main', asks('other'), 'agent:main:second'),
        gateway.person.send('flaky', asks('work')),
      ]);
      await recorder.waitForEnds(3);
      await recorder.waitForQuiet(2_000);
    },
  },
  'control-ui-and-steering': {
    script: {
      work: [{ text: 'First a command.', calls: [shell('sleep 4; echo first')] }, { text: 'Both things are done.' }],
      change: [{ text: 'I see your new message.', calls: [shell('echo changed')] }, { text: 'Done with the change.' }],
    },
    perform: async ({ gateway, recorder }) => {
      await gateway.person.chat(MAIN, asks('work'));
      await recorder.waitForRun('the command', toolStarts('exec'));
      await gateway.person.chat(MAIN, asks('change', 'Do this instead.'));
      await recorder.waitForEnds(1);
      await recorder.waitForQuiet(6_000);
    },
  },
  'reset-in-the-middle': {
    script: { slow: [{ calls: [longShell('sleep 60')] }, { text: 'Never said.' }], work: WORK },
    perform: async ({ gateway, recorder }) => {
      await gateway.person.send('main', asks('slow'));
      await recorder.waitForRun('the command', toolStarts('exec'));
      await gateway.person.call('sessions.reset', { key: MAIN });
      await recorder.waitForQuiet(3_000);
      await gateway.person.send('main', asks('work'));
      await recorder.waitForEnds(2, { key: MAIN });
      await recorder.waitForQuiet(2_000);
    },
  },
};
