import { CHILD, T0 } from './wire.ts';

/** Lines of a transcript, a second apart. */
let clock = T0 - 100_000;
const at = () => (clock += 1_000);

export const user = (id: string, over: object = {}) => ({
  role: 'user',
  content: `please ${id}`,
  __openclaw: {
    id,
    recordTimestampMs: at(),
    transport: { channel: 'mattermost', messageId: `m-${id}` },
    senderId: 'ann',
    senderIdentity: { accountId: 'default' },
    ...over,
  },
});
export const assistant = (
  runId: string,
  stopReason: string,
  content: unknown = [{ type: 'text', text: 'Hm.' }],
  over: object = {},
) => ({
  role: 'assistant',
  content,
  stopReason,
  usage: { input: 10, output: 5, totalTokens: 15 },
  __openclaw: { runId, id: `a-${runId}-${clock}`, recordTimestampMs: at() },
  ...over,
});
export const call = (id: string, name: string, args: object = {}) => ({ type: 'toolCall', id, name, arguments: args });
export const result = (runId: string, toolCallId: string, toolName: string, over: object = {}) => ({
  role: 'toolResult',
  toolCallId,
  toolName,
  content: [{ type: 'text', text: 'ok' }],
  isError: false,
  __openclaw: { runId, id: `t-${toolCallId}`, recordTimestampMs: at() },
  ...over,
});
export const spawned = (runId: string, callId: string, childRunId: string) =>
  result(runId, callId, 'sessions_spawn', { details: { childSessionKey: CHILD, runId: childRunId } });
export const yieldLines = (runId: string) => [
  assistant(runId, 'toolUse', [call(`y-${runId}`, 'sessions_yield')]),
  result(runId, `y-${runId}`, 'sessions_yield'),
  assistant(runId, 'aborted', [{ type: 'text', text: '' }]),
];
