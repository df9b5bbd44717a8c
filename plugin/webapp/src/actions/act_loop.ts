import type { Session } from '@livestatus/contract';
import type { Act, Intent } from '@livestatus/ui';
import type { HostState } from '../host/host_state.ts';
import type { LiveEvent } from '../live/live_state.ts';
import { selectLive, selectSession } from '../live/selectors.ts';
import { type ChatClient, ChatError } from './chat_client.ts';
import { messageText } from './message_text.ts';

/** The world of the actions, as arguments: a test brings its own. */
export interface ActPorts {
  readonly chat: ChatClient;
  getState(): HostState;
  dispatch(event: LiveEvent): void;
  /** Monotonic milliseconds. */
  now(): number;
  /** Calls back once after `ms`; the returned function cancels. */
  after(ms: number, callback: () => void): () => void;
}

export interface ActLoop {
  /** A person's click in the box of this session. */
  act(sessionId: string, intent: Intent): void;
  /** Nothing happens afterwards. */
  stop(): void;
}

/** Carries out clicks: posts as the person who clicked, and lets what nobody confirms come to its end. */
export function startActLoop(ports: ActPorts): ActLoop {
  const timers = new Map<string, () => void>();
  let hasStopped = false;
  const actOf = (id: string): Act | undefined => selectLive(ports.getState()).acts[id];

  const tell = (sessionId: string, event: LiveEvent): void => {
    if (hasStopped) return;
    ports.dispatch(event);
    timers.get(sessionId)?.();
    timers.delete(sessionId);
    const deadlineMs = actOf(sessionId)?.deadlineMs;
    if (deadlineMs === undefined) return;
    const onTime = (): void => tell(sessionId, { type: 'act_time', id: sessionId, nowMs: ports.now() });
    timers.set(sessionId, ports.after(Math.max(1, Math.ceil(deadlineMs - ports.now())), onTime));
  };

  const send = async (session: Session, act: Act): Promise<void> => {
    const { id } = session;
    const isStill = (): boolean => actOf(id) === act;
    try {
      await postFor(ports, session, act);
      if (isStill()) tell(id, { type: 'act_posted', id, nowMs: ports.now() });
    } catch (error) {
      const code = error instanceof ChatError ? error.code : 'other';
      if (isStill()) tell(id, { type: 'act_failed', id, code });
    }
  };

  return {
    act(id, intent) {
      const before = actOf(id);
      tell(id, { type: 'acted', id, intent, nowMs: ports.now() });
      const act = actOf(id);
      const session = selectSession(ports.getState(), id);
      if (session !== undefined && act !== before && act?.phase === 'sending') void send(session, act);
    },
    stop() {
      hasStopped = true;
      for (const cancel of timers.values()) cancel();
      timers.clear();
    },
  };
}

async function postFor(ports: ActPorts, session: Session, act: Act): Promise<void> {
  const { chat, getState } = ports;
  const { channel_id: channelId, root_id: rootId = '' } = session;
  if (channelId === undefined) throw new ChatError('no_bot');
  const botId = await botOf(ports, session);
  const username = getState().entities?.users?.profiles?.[botId]?.username ?? (await chat.usernameOf(botId));
  const me = getState().entities?.users?.currentUserId ?? '';
  // The same for both tabs of one person and for a retry, so that the server makes one post of them.
  const pendingPostId = `${me}:${session.id}:${stateOf(act.intent)}:${act.intent.kind}:${act.attempt}`;
  await chat.createPost({ channelId, rootId, message: messageText(act.intent, username), pendingPostId });
}

function stateOf(intent: Intent): string {
  if (intent.kind === 'stop') return '';
  return intent.kind === 'answer' ? String(intent.sinceMs) : intent.approvalId;
}

/** The agent's bot is the author of the box; nobody but a bot that the server trusts is ever addressed. */
async function botOf({ chat, getState }: ActPorts, { post_id: postId }: Session): Promise<string> {
  if (postId === undefined) throw new ChatError('no_bot');
  const botId = getState().entities?.posts?.posts?.[postId]?.user_id ?? (await chat.authorOf(postId));
  if (selectLive(getState()).config?.trusted_bot_ids.includes(botId) !== true) throw new ChatError('no_bot');
  return botId;
}
