import type { Routing, Session } from '@livestatus/contract';
import type { Logger } from 'pino';
import { RememberedMap } from '../../collections/remembered.ts';
import type { Clock } from '../../sources/source.ts';
import type { TurnChange } from '../../turns/tracker.ts';
import type { Turn } from '../../turns/turn.ts';
import {
  channelRefusal,
  type Place,
  type PlacementRules,
  placementOf,
  type UnroutedReason,
} from '../mattermost/placement.ts';
import { routingOf } from '../mattermost/routing.ts';
import type { Wanted } from '../outbox/entry.ts';
import type { Receipt } from '../outbox/outbox.ts';
import { type Delivery, fromStored, personWaitsSince, routeOf, toStored } from './delivery.ts';
import type { StoredDelivery } from './delivery-row.ts';
import { IdIndex } from './id-index.ts';
import type { ChannelBook, DeliveryMemory, DeliveryOutbox, ProjectTurn } from './ports.ts';
import { PostDelay } from './post-delay.ts';
import { UnroutedTurns } from './unrouted.ts';

export interface DeliveriesOptions {
  readonly rules: PlacementRules;
  readonly maxActive: number;
  /** P1. */
  readonly postDelayMs: number;
  readonly project: ProjectTurn;
  /** Undefined: this account has no bot any more. */
  readonly outboxOf: (account: string) => DeliveryOutbox | undefined;
  readonly channels: ChannelBook;
  readonly memory: DeliveryMemory;
  readonly clock: Clock;
  readonly log: Logger;
  /** Something has to be sent, or written to the state file. Must not call back. */
  readonly onChange: () => void;
  /** The box of a session cannot be written any more (P4); told once for each reason. */
  readonly onPostCode: (code: string) => void;
  /** Other turns than before are on the dashboard only. Must not call back. */
  readonly onUnrouted: () => void;
  /** `routing` of a turn may say something else although nothing happened in the turn. It may be asked. */
  readonly onRouting: (id: string) => void;
}

/** Told deliveries that are remembered in memory; older ones are looked up in the state file. */
const MAX_PAST = 2_000;

/**
 * Which turns go to Mattermost, where, and whether they want a box: the mutable shell between the turn machine and the
 * outboxes. Each change costs the same, however many turns there are; only P1's delay has a timer.
 */
export class Deliveries {
  readonly #options: DeliveriesOptions;
  readonly #open = new Map<string, Delivery>();
  readonly #past = new RememberedMap<Delivery>(MAX_PAST);
  readonly #unrouted: UnroutedTurns;
  readonly #waitingForChannel = new IdIndex();
  readonly #byChannel = new IdIndex();
  readonly #dirty = new Map<string, Delivery | undefined>();
  readonly #postDelay: PostDelay;
  #active = 0;

  constructor(options: DeliveriesOptions) {
    this.#options = options;
    this.#unrouted = new UnroutedTurns(options.onUnrouted);
    const { clock, postDelayMs } = options;
    this.#postDelay = new PostDelay({ clock, delayMs: postDelayMs, onDue: (id) => this.#onPostDue(id) });
  }

  get activeCount(): number {
    return this.#active;
  }

  /** Turns on the dashboard alone, by reason. */
  get unrouted(): ReadonlyMap<UnroutedReason, number> {
    return this.#unrouted.counts;
  }

  /** What an earlier life did not get acknowledged. Call once, before the first change. */
  restore(): void {
    for (const stored of this.#options.memory.open) {
      if (stored.state === 'withdrawn') {
        this.#open.set(stored.id, fromStored(stored));
        const mustTell = this.#options.outboxOf(stored.place.account)?.remove(stored.id, { knownToPlugin: true });
        if (mustTell !== true) this.#forget(stored.id);
      } else if (stored.pending !== undefined) this.#publish(this.#keep(fromStored(stored)));
    }
  }

  /** `isRestored`: what an earlier life left in the state file; its ended turns are told already, or wait (see `restore`). */
  change({ before, after }: TurnChange, isRestored = false): void {
    if (after === undefined) {
      if (before !== undefined) this.#withdraw(before.id);
      return;
    }
    const known = this.#find(after.id);
    const isActive = after.phase.status === 'active';
    if (known === undefined && !isActive && isRestored) return;
    if (known?.state === 'told' && isRestored && !isActive) return;
    const delivery = known ?? this.#begin(after);
    if (delivery === undefined) return;
    this.#follow(delivery, after);
  }

  /** Why a turn is not shown in Mattermost as it should be; null = it is; undefined = nothing is known of it (any more). */
  routing(id: string): Routing | null | undefined {
    const unrouted = this.#unrouted.get(id);
    const delivery = this.#open.get(id) ?? this.#past.get(id);
    return unrouted === undefined && delivery === undefined ? undefined : routingOf({ unrouted, ...delivery });
  }

  /** What became of a session on one of its ways. */
  receipt(from: 'plugin' | 'rest', receipt: Receipt): void {
    switch (receipt.kind) {
      case 'posted':
        this.#posted(receipt.id, receipt.postId);
        return;
      case 'stored':
        if (from === 'plugin') this.#knownToPlugin(receipt.session.id);
        this.#setRefusal(receipt.session.id, undefined);
        if (receipt.postCode !== undefined) this.#boxRefused(receipt.session.id, receipt.postCode);
        return;
      case 'final':
        if (this.#isEnough(from, receipt.session.id)) this.#settled(receipt.session.id);
        return;
      case 'removed':
        if (this.#isEnough(from, receipt.id)) this.#forget(receipt.id);
        return;
      case 'given_up':
        this.#settled(receipt.id);
        return;
      case 'refused':
        this.#setRefusal(receipt.id, receipt.code);
        return;
      case 'foreign':
        return;
    }
  }

  /** Mattermost has told what kind of channel this is, or which one a direct message has. */
  channelNews(account: string, key: string): void {
    const name = `${account}\0${key}`;
    for (const id of this.#byChannel.get(name)) this.#republish(id);
    for (const id of this.#waitingForChannel.take(name)) this.#republish(id);
  }

  /** What the state file has to keep; undefined = forget it. */
  takeDirty(): ReadonlyMap<string, StoredDelivery | undefined> {
    const taken = new Map<string, StoredDelivery | undefined>();
    for (const [id, delivery] of this.#dirty) taken.set(id, delivery && toStored(delivery));
    this.#dirty.clear();
    return taken;
  }

  placeOf(id: string): Place | undefined {
    return this.#open.get(id)?.place;
  }

  stop(): void {
    this.#postDelay.stop();
  }

  #find(id: string): Delivery | undefined {
    const known = this.#open.get(id) ?? this.#past.get(id);
    if (known !== undefined) return known;
    // What is on the dashboard only never had a row: no look-up for each of its events.
    if (this.#unrouted.get(id) !== undefined) return undefined;
    const stored = this.#options.memory.find(id);
    return stored === undefined ? undefined : fromStored(stored);
  }

  #begin(turn: Turn): Delivery | undefined {
    const { rules, maxActive, outboxOf } = this.#options;
    const isActive = turn.phase.status === 'active';
    const placement = placementOf(turn, rules);
    if (placement.kind === 'unrouted') return this.#leave(turn, placement.reason);
    if (outboxOf(placement.place.account) === undefined) return this.#leave(turn, 'no_bot');
    const wasFull = this.#unrouted.get(turn.id) === 'too_many_active';
    if (wasFull || (isActive && this.#active >= maxActive)) return this.#leave(turn, 'too_many_active');
    const { place } = placement;
    return {
      id: turn.id,
      place,
      turn,
      post: 'none',
      postId: undefined,
      state: 'open',
      pending: undefined,
      isActive: false,
      knownToPlugin: false,
    };
  }

  /** On the dashboard only. */
  #leave(turn: Turn, reason: UnroutedReason): undefined {
    if (turn.phase.status !== 'active') this.#unrouted.end(turn.id, reason);
    else if (this.#unrouted.set(turn.id, reason))
      this.#options.log.debug({ turn_id: turn.id, reason }, 'turn stays on the dashboard');
    return undefined;
  }

  #follow(delivery: Delivery, turn: Turn): void {
    const isNews = delivery.state !== 'open' || !this.#open.has(delivery.id);
    delivery.turn = turn;
    delivery.state = 'open';
    this.#unrouted.delete(turn.id);
    this.#keep(delivery);
    this.#setActive(delivery, turn.phase.status === 'active');
    if (delivery.isActive) this.#considerPost(delivery);
    else this.#postDelay.forget(delivery.id);
    if (isNews || !delivery.isActive) this.#dirty.set(delivery.id, delivery);
    this.#publish(delivery);
  }

  #keep(delivery: Delivery): Delivery {
    this.#past.take(delivery.id);
    this.#open.set(delivery.id, delivery);
    return delivery;
  }

  #setActive(delivery: Delivery, isActive: boolean): void {
    if (delivery.isActive === isActive) return;
    delivery.isActive = isActive;
    this.#active += isActive ? 1 : -1;
  }

  /** P1: a box is wanted once the turn is still active so long after its request. */
  #considerPost(delivery: Delivery): void {
    const { turn } = delivery;
    if (delivery.post === 'wanted' || turn === undefined) return;
    if (!this.#postDelay.wait(delivery.id, turn.startedMs)) this.#wantPost(delivery);
  }

  #wantPost(delivery: Delivery): void {
    delivery.post = 'wanted';
    this.#dirty.set(delivery.id, delivery);
  }

  #onPostDue(id: string): void {
    const delivery = this.#open.get(id);
    if (delivery?.isActive !== true || delivery.post === 'wanted') return;
    this.#wantPost(delivery);
    this.#publish(delivery);
  }

  #republish(id: string): void {
    const delivery = this.#open.get(id);
    if (delivery === undefined || delivery.state !== 'open') return;
    this.#publish(delivery);
    this.#options.onRouting(id);
  }

  /** Hands the newest state to the outbox, once its channel is known. */
  #publish(delivery: Delivery): void {
    const { outboxOf, onChange } = this.#options;
    const place = this.#resolved(delivery);
    if (place === undefined) return;
    if (!delivery.isActive && delivery.turn !== undefined) delivery.pending = this.#project(delivery, place, 0);
    outboxOf(place.account)?.put(delivery.id, this.#wanted(delivery, place));
    onChange();
  }

  /** With its channel; undefined while that is not known, or if it may have no status. */
  #resolved(delivery: Delivery): Place | undefined {
    const { place } = delivery;
    if (place.channelId !== undefined) {
      this.#byChannel.add(`${place.account}\0${place.channelId}`, delivery.id);
      return place;
    }
    const userId = place.userId ?? '';
    const found = this.#options.channels.directChannel(place.account, userId);
    if (found === undefined || found === 'failed') {
      this.#waitingForChannel.add(`${place.account}\0${userId}`, delivery.id);
      if (found === 'failed' && delivery.turn !== undefined) this.#leave(delivery.turn, 'dm_unresolved');
      return undefined;
    }
    const refusal = channelRefusal(found.channelId, this.#options.rules);
    if (refusal !== undefined && delivery.turn !== undefined) {
      this.#leave(delivery.turn, refusal);
      return undefined;
    }
    this.#unrouted.delete(delivery.id);
    return { ...place, channelId: found.channelId };
  }

  #wanted(delivery: Delivery, place: Place): Wanted {
    const { isActive } = delivery;
    const personSinceMs = personWaitsSince(delivery);
    return { isActive, personSinceMs, project: ({ seq, asOfMs }) => this.#project(delivery, place, seq, asOfMs) };
  }

  #project(delivery: Delivery, place: Place, seq: number, asOfMs = this.#options.clock.now()): Session {
    const { turn, post, postId, pending } = delivery;
    if (turn === undefined) {
      if (pending === undefined) throw new TypeError(`nothing is known of session ${delivery.id}`);
      return { ...pending, seq, as_of_ms: asOfMs, ...(postId !== undefined && { post_id: postId }) };
    }
    const { channels, project } = this.#options;
    const { account, channelId = '' } = place;
    const channelType = place.kind === 'direct' ? 'D' : channels.typeOf(account, channelId);
    return project({ ...turn, route: routeOf(place) }, { channelType, post, postId, seq, asOfMs });
  }

  /** The plugin writes the box too; a box alone leaves out the plugin, if that knows the session. */
  #isEnough(from: 'plugin' | 'rest', id: string): boolean {
    const delivery = this.#open.get(id);
    if (from === 'plugin' || delivery === undefined) return true;
    const outbox = this.#options.outboxOf(delivery.place.account);
    return outbox?.mustTellPlugin(id, delivery.knownToPlugin) !== true;
  }

  #knownToPlugin(id: string): void {
    const delivery = this.#open.get(id);
    if (delivery === undefined || delivery.knownToPlugin) return;
    delivery.knownToPlugin = true;
    this.#dirty.set(id, delivery);
    this.#options.onChange();
  }

  #setRefusal(id: string, code: string | undefined): void {
    const delivery = this.#open.get(id);
    if (delivery === undefined || delivery.refusal === code) return;
    delivery.refusal = code;
    this.#options.onRouting(id);
  }

  /** The live surfaces go on; the log and the dashboard say why there is no box (P4). */
  #boxRefused(id: string, code: string): void {
    const delivery = this.#open.get(id);
    if (delivery === undefined || delivery.postCode === code) return;
    delivery.postCode = code;
    this.#dirty.set(id, delivery);
    const { channelId } = delivery.place;
    this.#options.log.warn({ session: id, channel_id: channelId, code }, 'status box cannot be written any more');
    this.#options.onPostCode(code);
    this.#options.onRouting(id);
  }

  #posted(id: string, postId: string): void {
    const delivery = this.#open.get(id) ?? this.#past.get(id);
    if (delivery === undefined || delivery.postId === postId) return;
    delivery.postId = postId;
    this.#dirty.set(id, delivery);
    this.#options.onChange();
  }

  /** The receiver has the last state, or will never have it: nothing is kept for it any more. */
  #settled(id: string): void {
    const delivery = this.#open.get(id);
    if (delivery === undefined || delivery.isActive) return;
    this.#drop(delivery);
    delivery.state = 'told';
    delivery.pending = undefined;
    delivery.turn = undefined;
    this.#past.set(id, delivery);
    this.#dirty.set(id, delivery);
    this.#options.onChange();
  }

  #withdraw(id: string): void {
    this.#unrouted.delete(id);
    const delivery = this.#find(id);
    if (delivery === undefined) return;
    this.#setActive(delivery, false);
    this.#postDelay.forget(id);
    const { knownToPlugin } = delivery;
    const mustTell = this.#options.outboxOf(delivery.place.account)?.remove(id, { knownToPlugin }) ?? false;
    if (!mustTell) {
      this.#forget(id);
      return;
    }
    delivery.state = 'withdrawn';
    delivery.pending = undefined;
    this.#keep(delivery);
    this.#dirty.set(id, delivery);
    this.#options.onChange();
  }

  #forget(id: string): void {
    const delivery = this.#open.get(id);
    if (delivery !== undefined) {
      if (delivery.state === 'open' && delivery.isActive) return;
      this.#drop(delivery);
    }
    this.#past.take(id);
    this.#dirty.set(id, undefined);
    this.#options.onChange();
  }

  #drop(delivery: Delivery): void {
    const { id, place } = delivery;
    this.#setActive(delivery, false);
    this.#options.outboxOf(place.account)?.forget(id);
    this.#open.delete(id);
    this.#byChannel.delete(`${place.account}\0${place.channelId ?? ''}`, id);
    this.#waitingForChannel.delete(`${place.account}\0${place.userId ?? ''}`, id);
  }
}
