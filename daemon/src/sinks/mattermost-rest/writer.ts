import type { Session } from '@livestatus/contract';
import type { Clock } from '../../sources/source.ts';
import { Deadlines } from '../../turns/deadlines.ts';
import type { MattermostApi, MattermostPost } from '../mattermost/api.ts';
import { passesByItself, type Trouble } from '../mattermost/trouble.ts';
import { OneTimer } from '../one-timer.ts';
import type { Wanted } from '../outbox/entry.ts';
import type { Backoff } from '../outbox/lane.ts';
import type { Receipt } from '../outbox/outbox.ts';
import type { Sequence } from '../outbox/seq.ts';
import { boxMessageWithin, WITHDRAWN_MESSAGE, withoutAsOf } from './box/message.ts';
import { boxProps, POST_TYPE, PROPS_KEY, readBox, waitsForPersonSince } from './box/props.ts';
import { findBox, isBoxOf } from './locate.ts';
import { intervalMs, MIN_INTERVAL_MS } from './pace.ts';
import { type PostCode, whyNotCreated, whyNotEdited } from './refusals.ts';

export interface RestWriterOptions {
  readonly api: MattermostApi;
  readonly maxLines: number;
  readonly maxChars: number;
  readonly sequence: Sequence;
  readonly clock: Clock;
  readonly backoff: Backoff;
  readonly onReceipt: (receipt: Receipt) => void;
  /** Of the last request; undefined: it went well. */
  readonly onNews: (trouble: Trouble | undefined) => void;
}

/** One session's box. */
interface Box {
  readonly id: string;
  readonly startedMs: number;
  wanted: Wanted;
  post: Standing | undefined;
  /** A box may stand already although none is known: it is looked for before one is created (P2). */
  mayExist: boolean;
  /** Why it is not written any more (P4). */
  refusal: PostCode | undefined;
  withdrawn: boolean;
  lastSeq: number;
  lastEditMs: number;
  /** As it was written last; absent = unknown. */
  shown: Shown | undefined;
}

interface Shown {
  readonly text: string;
  readonly status: Session['status'];
  /** Since when it says that a person is waited for. */
  readonly personSinceMs: number | undefined;
}

/** The post of a box; `props` are those that are not ours and have to stay: a patch replaces them all. */
interface Standing {
  readonly id: string;
  readonly props: Readonly<Record<string, unknown>>;
}

type Outcome = 'done' | 'again' | { readonly trouble: Trouble };

/** A box whose turn ended longer ago is of no use any more if it does not stand yet. */
const MAX_LATE_MS = 10 * 60_000;
/** So long, at most, the last words take when the daemon stops (P6). */
const FAREWELL_MS = 3_000;
/** "as of" alone is renewed this seldom. */
const SAME_TEXT_MS = 60_000;

/**
 * Writes boxes as plain posts, as one bot, where there is no plugin: one request at a time, each box at its own pace, a change
 * of its state first. Writes only between `open` and `close`.
 */
export class RestWriter {
  readonly #options: RestWriterOptions;
  readonly #boxes = new Map<string, Box>();
  readonly #due = new Deadlines();
  readonly #startedMs: number;
  #botId: string | undefined;
  #isOpen = false;
  #stopped = false;
  #notBeforeMs = 0;
  readonly #timer: OneTimer;
  #working: Promise<void> | undefined;
  #active = 0;

  constructor(options: RestWriterOptions) {
    this.#options = options;
    this.#startedMs = options.clock.now();
    this.#timer = new OneTimer(options.clock, () => this.#wake());
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get size(): number {
    return this.#boxes.size;
  }

  /** From now on we write, as this bot. What stands in the posts is not known: somebody else may have written. */
  open(botId: string): void {
    if (this.#isOpen || this.#stopped) return;
    this.#isOpen = true;
    this.#botId = botId;
    const now = this.#options.clock.now();
    for (const box of this.#boxes.values()) {
      box.shown = undefined;
      box.mayExist = true;
      if (box.post !== undefined) box.post = { id: box.post.id, props: UNREAD };
      this.#due.set(box.id, now);
    }
    this.#poke();
  }

  /** Somebody else writes from now on; resolves when nothing of ours is under way any more. */
  async close(): Promise<void> {
    this.#isOpen = false;
    this.#timer.disarm();
    await this.#working;
  }

  put(id: string, wanted: Wanted): void {
    const box = this.#boxes.get(id) ?? this.#begin(id, wanted);
    if (box.wanted.isActive !== wanted.isActive) this.#active += wanted.isActive ? 1 : -1;
    box.wanted = wanted;
    box.withdrawn = false;
    this.#due.set(id, this.#dueAt(box));
    this.#poke();
  }

  /** Takes a session back (T7): its box, if there may be one, says so. False: there is none. */
  remove(id: string): boolean {
    const box = this.#boxes.get(id);
    if (box === undefined) return false;
    if (box.refusal !== undefined || (box.post === undefined && !box.mayExist)) {
      this.forget(id);
      return false;
    }
    box.withdrawn = true;
    this.#due.set(id, this.#options.clock.now());
    this.#poke();
    return true;
  }

  /** Nobody needs to write this box any more. */
  forget(id: string): void {
    const box = this.#boxes.get(id);
    if (box === undefined) return;
    if (box.wanted.isActive) this.#active -= 1;
    this.#boxes.delete(id);
    this.#due.delete(id);
  }

  /** The server asks us to go slower. */
  pause(ms: number): void {
    this.#notBeforeMs = Math.max(this.#notBeforeMs, this.#options.clock.now() + ms);
  }

  /** Says in every box of an active turn that nobody observes it any more (P6), as far as there is time. */
  async stop(): Promise<void> {
    const wasOpen = this.#isOpen;
    this.#stopped = true;
    await this.close();
    if (!wasOpen) return;
    const until = performance.now() + FAREWELL_MS;
    for (const box of this.#boxes.values()) {
      if (performance.now() > until) break;
      if (!box.wanted.isActive || box.post === undefined || box.refusal !== undefined) continue;
      const outcome = await this.#edit(box, { ...this.#project(box), offline: true });
      if (typeof outcome === 'object') break;
    }
  }

  #begin(id: string, wanted: Wanted): Box {
    const { clock } = this.#options;
    const { started_ms } = wanted.project({ seq: 0, asOfMs: clock.now() });
    const box: Box = {
      id,
      startedMs: started_ms,
      wanted,
      post: undefined,
      // Begun before we did: an earlier life may have made its box.
      mayExist: started_ms < this.#startedMs,
      refusal: undefined,
      withdrawn: false,
      lastSeq: 0,
      lastEditMs: Number.NEGATIVE_INFINITY,
      shown: undefined,
    };
    this.#boxes.set(id, box);
    if (wanted.isActive) this.#active += 1;
    return box;
  }

  /** A change of state goes out as soon as a post may be edited again; anything else at the box's pace. */
  #dueAt(box: Box): number {
    const now = this.#options.clock.now();
    const { shown, wanted, withdrawn } = box;
    const isNews =
      shown === undefined ||
      (shown.status === 'active') !== wanted.isActive ||
      shown.personSinceMs !== wanted.personSinceMs ||
      withdrawn;
    const wait = isNews ? MIN_INTERVAL_MS : intervalMs(now - box.startedMs, this.#active);
    return Math.max(now, box.lastEditMs + wait);
  }

  #poke(): void {
    if (!this.#isOpen || this.#working !== undefined) return;
    this.#timer.arm(Math.max(this.#due.next, this.#notBeforeMs));
  }

  #wake(): void {
    if (!this.#isOpen || this.#working !== undefined) return;
    this.#working = this.#work().finally(() => {
      this.#working = undefined;
      this.#poke();
    });
  }

  async #work(): Promise<void> {
    const { clock, backoff, onNews } = this.#options;
    const due = [...this.#due.take(clock.now())];
    for (let id = due.shift(); id !== undefined; id = due.shift()) {
      const box = this.#boxes.get(id);
      if (box === undefined) continue;
      const mayWrite = this.#isOpen && clock.now() >= this.#notBeforeMs;
      const outcome = mayWrite ? await this.#write(box) : 'again';
      if (outcome === 'done') continue;
      this.#due.set(id, this.#dueAt(box));
      if (typeof outcome !== 'object') continue;
      onNews(outcome.trouble);
      this.pause(Math.max(backoff.next(), outcome.trouble.retryAfterMs ?? 0, waitFor(outcome.trouble)));
    }
  }

  async #write(box: Box): Promise<Outcome> {
    if (box.refusal !== undefined) return this.#settle(box);
    const wanted = box.wanted;
    const session = this.#project(box);
    const located = await this.#locate(box, session);
    if (located !== undefined) return located;
    if (box.post === undefined) return this.#settle(box);
    const outcome = await this.#edit(box, session);
    if (outcome !== 'done') return outcome;
    // More may have happened while the request was under way.
    return box.wanted === wanted ? this.#settle(box) : 'again';
  }

  /** Finds or creates the post. Undefined: it is known now, or there is none and none is wanted. */
  async #locate(box: Box, session: Session): Promise<Outcome | undefined> {
    if (box.post !== undefined && box.post.props !== UNREAD) return undefined;
    const named = box.post?.id ?? session.post_id;
    if (named !== undefined) {
      const outcome = await this.#adopt(box, session, named);
      if (outcome !== 'unknown') return outcome;
    }
    if (session.post !== 'wanted') return undefined;
    if (box.mayExist) {
      const outcome = await this.#search(box, session);
      if (outcome !== 'unknown') return outcome;
    }
    const isLate = session.ended_ms !== undefined && this.#options.clock.now() - session.ended_ms > MAX_LATE_MS;
    return box.withdrawn || isLate ? undefined : this.#create(box, session);
  }

  /** A post that somebody named: ours only if author, channel and props say so (P2). */
  async #adopt(box: Box, session: Session, postId: string): Promise<Outcome | undefined | 'unknown'> {
    const answer = await this.#options.api.post(postId);
    if (answer.ok) {
      if (!isBoxOf(answer.value, session, this.#botId ?? '')) {
        box.post = undefined;
        return 'unknown';
      }
      return this.#take(box, answer.value);
    }
    if (passesByItself(answer.trouble) || answer.trouble.kind === 'unauthorized') return answer;
    // It stood, and is gone: whoever deleted it does not want it (P4).
    return this.#refuse(box, answer.trouble.kind === 'not_found' ? 'post_deleted' : whyNotEdited(answer.trouble));
  }

  async #search(box: Box, session: Session): Promise<Outcome | undefined | 'unknown'> {
    const answer = await findBox(this.#options.api, session, this.#botId ?? '');
    if (!answer.ok) {
      if (passesByItself(answer.trouble) || answer.trouble.kind === 'unauthorized') return answer;
      const isGone = answer.trouble.kind === 'not_found' && session.root_id !== undefined;
      return this.#refuse(box, isGone ? 'post_root_deleted' : whyNotCreated(answer.trouble));
    }
    box.mayExist = false;
    return answer.value === undefined ? 'unknown' : this.#take(box, answer.value);
  }

  #take(box: Box, post: MattermostPost): Outcome | undefined {
    if (post.deleteMs > 0) return this.#refuse(box, 'post_deleted');
    const { [PROPS_KEY]: _, ...props } = post.props;
    const said = readBox(post);
    box.post = { id: post.id, props };
    box.lastSeq = Math.max(box.lastSeq, said?.seq ?? 0);
    if (said !== undefined) box.shown = { text: post.message, status: said.status, personSinceMs: said.personSinceMs };
    this.#options.onReceipt({ kind: 'posted', id: box.id, postId: post.id });
    return undefined;
  }

  async #create(box: Box, session: Session): Promise<Outcome> {
    const { api, clock } = this.#options;
    const { channel_id = '', root_id } = session;
    const message = this.#text(box, session);
    // An answer that does not come leaves open whether it stands.
    box.mayExist = true;
    const answer = await api.createPost({
      channel_id,
      ...(root_id !== undefined && { root_id }),
      message,
      type: POST_TYPE,
      props: { [PROPS_KEY]: boxProps(session) },
      pending_post_id: `${this.#botId}:${box.id}`,
    });
    if (!answer.ok) {
      if (passesByItself(answer.trouble) || answer.trouble.kind === 'unauthorized') return answer;
      return this.#refuse(box, whyNotCreated(answer.trouble));
    }
    box.mayExist = false;
    const { [PROPS_KEY]: _, ...props } = answer.value.props;
    box.post = { id: answer.value.id, props };
    this.#wrote(box, session, message, clock.now());
    this.#options.onReceipt({ kind: 'posted', id: box.id, postId: answer.value.id });
    return session.status === 'active' && box.wanted.isActive ? 'done' : 'again';
  }

  async #edit(box: Box, session: Session): Promise<Outcome> {
    const { api, clock } = this.#options;
    const { post } = box;
    if (post === undefined) return 'done';
    const message = this.#text(box, session);
    if (this.#isShown(box, session, message)) return 'done';
    const props = { ...post.props, [PROPS_KEY]: boxProps(session, { withdrawn: box.withdrawn }) };
    const answer = await api.patchPost(post.id, { message, props });
    if (answer.ok) {
      this.#wrote(box, session, message, clock.now());
      return 'done';
    }
    if (passesByItself(answer.trouble) || answer.trouble.kind === 'unauthorized') return answer;
    return this.#refuse(box, whyNotEdited(answer.trouble));
  }

  #wrote(box: Box, session: Session, text: string, now: number): void {
    box.lastSeq = session.seq;
    box.lastEditMs = now;
    box.shown = { text, status: session.status, personSinceMs: waitsForPersonSince(session) };
    this.#options.backoff.reset();
    this.#options.onNews(undefined);
    this.#options.onReceipt({ kind: 'stored', session });
  }

  /** Whether an edit would say nothing new: each one is a row in the database and a message to every member. */
  #isShown({ shown, lastEditMs }: Box, session: Session, message: string): boolean {
    if (shown === undefined || shown.status !== session.status) return false;
    if (shown.text === message) return true;
    const isFresh = this.#options.clock.now() - lastEditMs < SAME_TEXT_MS;
    return session.status === 'active' && isFresh && withoutAsOf(shown.text) === withoutAsOf(message);
  }

  #text(box: Box, session: Session): string {
    const { maxLines, maxChars } = this.#options;
    return box.withdrawn ? WITHDRAWN_MESSAGE : boxMessageWithin(session, maxLines, maxChars);
  }

  /** Stop posting for this session, keep everything else (P4). */
  #refuse(box: Box, code: PostCode): Outcome {
    box.refusal = code;
    const session = this.#project(box);
    this.#options.onReceipt({ kind: 'stored', session, postCode: code });
    return this.#settle(box);
  }

  /** Nothing is left to be written: the box of an ended turn is told, that of an active one waits for news. */
  #settle(box: Box): 'done' {
    if (box.withdrawn) this.#options.onReceipt({ kind: 'removed', id: box.id });
    else if (!box.wanted.isActive) this.#options.onReceipt({ kind: 'final', session: this.#project(box) });
    return 'done';
  }

  #project(box: Box): Session {
    const { clock, sequence } = this.#options;
    const now = clock.now();
    return box.wanted.project({ seq: sequence.next(box.lastSeq, now), asOfMs: now });
  }
}

/** Props that were not read yet. */
const UNREAD: Readonly<Record<string, unknown>> = Object.freeze({});

const REFUSED_TOKEN_MS = 60_000;

/** A refused token is not pressed on. */
function waitFor({ kind }: Trouble): number {
  return kind === 'unauthorized' ? REFUSED_TOKEN_MS : 0;
}
