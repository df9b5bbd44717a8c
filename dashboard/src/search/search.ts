import type { Session } from '@livestatus/contract';
import { labelText } from '@livestatus/ui';

/** What the reader asked to see. Empty text and `all` leave nothing out. */
export interface Query {
  readonly text: string;
  readonly status: 'all' | Session['status'];
  /** Id of an agent. */
  readonly agent: string;
}

export const EVERYTHING: Query = { text: '', status: 'all', agent: 'all' };

/** Every word of the text must occur somewhere in the session: agent, title, place, steps. Case does not matter. */
export function matches(session: Session, query: Query): boolean {
  if (query.status !== 'all' && session.status !== query.status) return false;
  if (query.agent !== 'all' && session.agent.id !== query.agent) return false;
  const words = query.text.toLowerCase().split(/\s+/).filter(Boolean);
  return words.length === 0 || words.every((word) => haystack(session).includes(word));
}

/** Sessions are immutable: their text is put together once. */
const haystacks = new WeakMap<Session, string>();

function haystack(session: Session): string {
  const known = haystacks.get(session);
  if (known !== undefined) return known;
  const texts = [
    session.agent.name,
    session.agent.id,
    session.title ?? '',
    session.channel_id ?? '',
    session.session_key,
    session.error?.message ?? '',
    ...session.steps.map((step) => labelText(step.label)),
  ];
  const made = texts.join('\n').toLowerCase();
  haystacks.set(session, made);
  return made;
}

/** Agents to choose from, each once, by name. */
export function agentsOf(sessions: Iterable<Session>): { id: string; name: string }[] {
  const names = new Map<string, string>();
  for (const { agent } of sessions) names.set(agent.id, agent.name);
  return [...names].map(([id, name]) => ({ id, name })).sort((a, b) => (a.name < b.name ? -1 : 1));
}
