import { asks, longShell, shell, spawnAgent } from '../../harness/script.ts';
import { isRunEnd } from '../recorder.ts';
import { MAIN, type Takes, toolStarts, yieldTo } from './take.ts';

const WORK = [
  { text: 'A longer command.', calls: [shell('sleep 6; echo worked')] },
  { text: 'A second one.', calls: [shell('sleep 1; echo again')] },
  { text: 'All worked.' },
];

export const RESTART_TAKES: Takes = {
  'restart-sigterm': {
    script: { work: WORK },
    perform: async ({ gateway, recorder }) => {
      await gateway.person.send('main', asks('work'));
      await recorder.waitForRun('the command', toolStarts('exec'));
      await gateway.terminate();
      await gateway.boot();
      await recorder.connect();
      await recorder.waitForQuiet(15_000);
    },
  },
  'restart-kill9': {
    script: { work: WORK },
    perform: async ({ gateway, recorder }) => {
      await gateway.person.send('main', asks('work'));
      await recorder.waitForRun('the command', toolStarts('exec'));
      await gateway.kill();
      await gateway.boot();
      await recorder.connect();
      await recorder.waitForRun('the recovery to end', isRunEnd, 90_000);
      await recorder.waitForQuiet(4_000);
    },
  },
  'restart-kill9-subagent': {
    script: {
      root: [
        { text: 'I start a helper.', calls: [spawnAgent(asks('slow', 'Take long.'), 'slow-helper')] },
        { calls: [yieldTo('waiting for the helper')] },
        { text: 'The helper was interrupted by a restart.' },
      ],
      slow: [{ calls: [longShell('sleep 20')] }, { text: 'Slow job done.' }],
    },
    perform: async ({ gateway, recorder }) => {
      await gateway.person.send('main', asks('root'));
      await recorder.waitForRun('the root to yield', (event) => event.data.yielded === true);
      await gateway.kill();
      await gateway.boot();
      await recorder.connect();
      await recorder.waitForRun(
        'the root to go on',
        (event) => event.sessionKey === MAIN && isRunEnd(event) && event.data.yielded !== true,
        120_000,
      );
      await recorder.waitForQuiet(4_000);
    },
  },
};
