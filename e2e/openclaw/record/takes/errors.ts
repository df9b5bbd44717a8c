import { asks, longShell, shell } from '../../harness/script.ts';
import { MAIN, oneTurn, type Takes, toolStarts } from './take.ts';

const SERVER_ERROR = { http: 500, message: 'Internal server error (scripted)' };
const LONG = 'A long answer, spoken word by word, so that a stop can come in the middle of it. '.repeat(20);

/** Many tokens in one streamed word: enough to compact, little to record. */
const longAnswer = (which: string): string => `A-long-${which}-answer.`.repeat(200);

export const ERROR_TAKES: Takes = {
  'retry-500-then-ok': {
    script: {
      retry: [
        { text: 'First a command.', calls: [shell('echo before; sleep 1')] },
        { attempts: [SERVER_ERROR, SERVER_ERROR, { text: 'Second command.', calls: [shell('echo after')] }] },
        { text: 'Recovered and done.' },
      ],
    },
    perform: oneTurn('main', 'retry'),
  },
  'retry-429-then-ok': {
    script: {
      limited: [{ attempts: [{ http: 429, retryAfterS: 2 }, { text: 'Answer after the rate limit.' }] }],
    },
    perform: oneTurn('main', 'limited'),
  },
  'error-500-for-good': {
    script: { broken: [{ calls: [shell('echo before')] }, SERVER_ERROR] },
    perform: oneTurn('main', 'broken', 240_000),
  },
  'error-401': {
    script: { denied: [{ http: 401, message: 'Invalid API key (scripted)' }] },
    perform: oneTurn('main', 'denied'),
  },
  'failover-400': {
    script: {
      other: [
        {
          byModel: {
            'bad-1': { http: 400 },
            'mock-1': { text: 'The fallback model works.', calls: [shell('echo ok')] },
          },
        },
        { byModel: { 'bad-1': { http: 400 }, 'mock-1': { text: 'Done by the fallback model.' } } },
      ],
    },
    perform: oneTurn('flaky', 'other'),
  },
  'abort-in-tool': {
    script: {
      slow: [{ text: 'A long command.', calls: [longShell('sleep 60')] }, { text: 'Never said.' }],
    },
    perform: async ({ gateway, recorder }) => {
      await gateway.person.send('main', asks('slow'));
      await recorder.waitForRun('the command to start', toolStarts('exec'));
      await gateway.person.abort(MAIN);
      await recorder.waitForEnds(1);
      await recorder.waitForQuiet(3_000);
    },
  },
  'abort-while-speaking': {
    script: { talk: [{ text: LONG, wordMs: 60 }] },
    perform: async ({ gateway, recorder }) => {
      await gateway.person.send('main', asks('talk'));
      await recorder.waitForRun('the answer to start', (event) => event.stream === 'assistant');
      await gateway.person.abort(MAIN);
      await recorder.waitForEnds(1);
      await recorder.waitForQuiet(3_000);
    },
  },
  'abort-while-retrying': {
    script: { broken: [{ calls: [shell('echo before')] }, SERVER_ERROR] },
    perform: async ({ gateway, recorder }) => {
      await gateway.person.send('main', asks('broken'));
      await recorder.waitForRun('a failed attempt', (event) => event.data.error !== undefined);
      await gateway.person.abort(MAIN);
      await recorder.waitForEnds(1);
      await recorder.waitForQuiet(3_000);
    },
  },
  'compaction-overflow': {
    script: {
      big: [
        { text: 'A command with much output.', calls: [shell('seq 1 20000')] },
        { http: 400, message: "This model's maximum context length is 200000 tokens. context_length_exceeded" },
      ],
      summary: [{ text: `${asks('after', 'The person asked for much output.')}`, wordMs: 150 }],
      after: [
        { text: 'After the compaction I go on.', calls: [shell('echo compacted')] },
        { text: 'After the compaction I go on.', calls: [shell('echo compacted')] },
        { text: 'Done after the compaction.' },
      ],
    },
    perform: oneTurn('main', 'big', 120_000),
  },
  'compaction-threshold': {
    script: {
      first: [{ text: longAnswer('first') }],
      second: [{ text: longAnswer('second'), promptTokens: 199_000 }],
      third: [{ text: 'A third answer.', calls: [shell('echo third')] }, { text: 'Third done.' }],
    },
    overrides: { agents: { defaults: { compaction: { mode: 'default', keepRecentTokens: 200 } } } },
    perform: async ({ gateway, recorder }) => {
      for (const [index, scenario] of ['first', 'second', 'third'].entries()) {
        await gateway.person.send('main', asks(scenario));
        await recorder.waitForEnds(index + 1);
        await recorder.waitForQuiet(5_000);
      }
    },
  },
  'compaction-manual': {
    script: { first: [{ text: longAnswer('first') }], second: [{ text: longAnswer('second') }] },
    overrides: { agents: { defaults: { compaction: { mode: 'default', keepRecentTokens: 200 } } } },
    perform: async ({ gateway, recorder }) => {
      for (const [index, scenario] of ['first', 'second'].entries()) {
        await gateway.person.send('main', asks(scenario));
        await recorder.waitForEnds(index + 1);
      }
      await recorder.waitForQuiet(2_000);
      await gateway.person.call('sessions.compact', { key: MAIN });
      await recorder.waitForQuiet(4_000);
    },
  },
};
