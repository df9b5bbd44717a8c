import { asks, shell } from '../../harness/script.ts';
import { MAIN, type Takes } from './take.ts';

const BEAT = asks('beat', 'Look after things. If nothing needs attention, reply NO_REPLY.');

export const AUTOMATIC_TAKES: Takes = {
  heartbeats: {
    script: {
      beat: [
        {
          attempts: [
            { text: 'HEARTBEAT_OK' },
            { text: 'NO_REPLY' },
            { text: 'Something to look at.', calls: [shell('echo checked; sleep 1')] },
            { text: 'The disk is nearly full, please have a look.' },
            { text: 'NO_REPLY' },
          ],
        },
        { text: 'NO_REPLY' },
      ],
    },
    overrides: { agents: { defaults: { heartbeat: { every: '4s', target: 'none', prompt: BEAT } } } },
    perform: async ({ recorder }) => {
      await recorder.waitForEnds(5, { deadlineMs: 120_000 });
      await recorder.waitForQuiet(1_500);
    },
  },
  'cron-isolated': {
    script: {
      job: [
        { text: 'The nightly check.', calls: [shell('echo nightly; sleep 1')] },
        { text: 'The nightly check is fine.' },
      ],
      quiet: [{ text: 'NO_REPLY' }],
    },
    perform: async ({ gateway, recorder }) => {
      await gateway.person.runJob('nightly', asks('job'));
      await gateway.person.runJob('quiet', asks('quiet'));
      await recorder.waitForEnds(2, { deadlineMs: 60_000 });
      await recorder.waitForQuiet(4_000);
    },
  },
  'text-only-and-no-reply': {
    script: { hello: [{ text: 'Hello, I am here.' }], quiet: [{ text: 'NO_REPLY' }] },
    perform: async ({ gateway, recorder }) => {
      await gateway.person.send('main', asks('hello'));
      await recorder.waitForEnds(1, { key: MAIN });
      await gateway.person.send('main', asks('quiet'));
      await recorder.waitForEnds(2, { key: MAIN });
      await recorder.waitForQuiet(2_000);
    },
  },
};
