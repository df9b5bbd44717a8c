import { asks, shell, viaToolSearch } from '../../harness/script.ts';
import { MAIN, oneTurn, type Takes, toolStarts } from './take.ts';

const guardedExec = { agents: { entries: { guard: { tools: { exec: { security: 'allowlist', ask: 'off' } } } } } };
const GUARD = 'agent:guard:main';

export const TOOL_TAKES: Takes = {
  'tools-parallel': {
    script: {
      many: [
        {
          think: 'Three at once.',
          text: 'Looking at three things.',
          calls: [shell('sleep 2; echo one'), shell('sleep 1; exit 3'), ['read', { path: 'AGENTS.md' }]],
        },
        { text: 'One worked, one failed, one was read.' },
      ],
    },
    perform: oneTurn('main', 'many'),
  },
  'tools-failing': {
    script: {
      failing: [
        { text: 'A command that fails.', calls: [shell('echo trouble >&2; exit 2')] },
        { text: 'A file that is not there.', calls: [['read', { path: 'no-such-file.txt' }]] },
        { text: 'A tool that is not there.', calls: [['no_such_tool', { x: 1 }]] },
        { text: 'Wrong arguments.', calls: [['read', { wrong: true }]] },
        { text: 'Too slow.', calls: [shell('sleep 30', { timeoutSeconds: 1 })] },
        { text: 'Through the search, not there.', calls: [viaToolSearch('no_such_tool_either', {})] },
        {
          text: 'Through the search, failing.',
          calls: [viaToolSearch('web_fetch', { url: 'http://127.0.0.1:9/nothing' })],
        },
        { text: 'All of them failed, as they should.' },
      ],
    },
    perform: oneTurn('main', 'failing'),
  },
  'tool-blocked': {
    script: { blocked: [{ text: 'Not allowed.', calls: [shell('whoami')] }, { text: 'It was refused.' }] },
    overrides: guardedExec,
    perform: oneTurn('guard', 'blocked'),
  },
  'background-then-poll': {
    script: {
      job: [
        {
          text: 'In the background.',
          calls: [shell('for i in 1 2 3 4 5 6; do echo line $i; sleep 1; done', { background: true })],
        },
        { text: 'Looking at it.', calls: [['process', { action: 'list' }]] },
        { text: 'Something else meanwhile.', calls: [shell('echo meanwhile')] },
        { text: 'The job is still running; I will be told.' },
        { text: 'The job has finished.' },
      ],
    },
    perform: async ({ gateway, recorder }) => {
      await gateway.person.send('main', asks('job'));
      await recorder.waitForEnds(1);
      // The completion wake: a run of its own on the same key, at least 30 s after the last event turn.
      await recorder.waitForEnds(2, { deadlineMs: 90_000 });
      await recorder.waitForQuiet(3_000);
    },
  },
  'background-by-itself': {
    script: {
      job: [
        { text: 'Longer than ten seconds.', calls: [shell('sleep 13; echo finished')] },
        { text: 'It went to the background, I stop here.' },
        { text: 'It has finished.' },
      ],
    },
    overrides: { tools: { exec: { notifyOnExit: false } } },
    perform: async ({ gateway, recorder }) => {
      await gateway.person.send('main', asks('job'));
      await recorder.waitForEnds(1);
      await recorder.waitForQuiet(6_000);
    },
  },
  'approval-allow': {
    script: {
      guarded: [{ text: 'I need a command.', calls: [shell('echo deployed; sleep 1')] }, { text: 'Deployed.' }],
    },
    perform: async ({ gateway, recorder }) => {
      await gateway.person.chat(GUARD, asks('guarded'));
      const wait = await recorder.waitForRun('the approval', (event) => event.data.phase === 'waiting-approval');
      await recorder.waitForQuiet(2_000);
      await gateway.person.decide(String(wait.data.approvalId), 'allow-once');
      await recorder.waitForEnds(1, { key: GUARD });
      await recorder.waitForQuiet(2_000);
    },
  },
  'approval-deny': {
    script: {
      guarded: [{ text: 'I need a command.', calls: [shell('echo deployed')] }, { text: 'I was not allowed to.' }],
    },
    perform: async ({ gateway, recorder }) => {
      await gateway.person.chat(GUARD, asks('guarded'));
      const wait = await recorder.waitForRun('the approval', (event) => event.data.phase === 'waiting-approval');
      await recorder.waitForQuiet(2_000);
      await gateway.person.decide(String(wait.data.approvalId), 'deny');
      await recorder.waitForEnds(1, { key: GUARD });
      await recorder.waitForQuiet(2_000);
    },
  },
  'approval-headless': {
    script: { guarded: [{ text: 'I need a command.', calls: [shell('echo deployed')] }, { text: 'It was refused.' }] },
    nobodyApproves: true,
    perform: oneTurn('guard', 'guarded'),
  },
  'ask-user': {
    script: {
      ask: [
        {
          text: 'I need to know something.',
          calls: [
            viaToolSearch('ask_user', {
              questions: [
                {
                  id: 'q1',
                  header: 'Target',
                  question: 'Which environment?',
                  options: [
                    { label: 'Staging', description: 'the test one' },
                    { label: 'Production', description: 'the real one' },
                  ],
                },
              ],
            }),
          ],
        },
        { text: 'Thanks, noted.' },
      ],
    },
    perform: async ({ gateway, recorder }) => {
      await gateway.person.send('main', asks('ask'));
      await recorder.waitForRun('the question', toolStarts('ask_user'));
      await recorder.waitForQuiet(2_000);
      await gateway.person.answer({ q1: ['Staging'] });
      await recorder.waitForEnds(1, { key: MAIN });
      await recorder.waitForQuiet(2_000);
    },
  },
};
