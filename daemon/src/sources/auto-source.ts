import type { Logger } from 'pino';
import {
  type Decision,
  decide,
  type Findings,
  type GatewayFinding,
  gatewayFinding,
  NO_ANSWER,
  type StoreFinding,
} from './detect.ts';
import type { GatewayPlace } from './locate.ts';
import type { Clock, Source, SourceHealth, SourceSink } from './source.ts';

const AUTO_SOURCE = 'openclaw';

/** How often a machine without OpenClaw is looked at. Reads two directories and tries one port. */
const LOOK_MS = 3_000;
/** How often it is checked whether the chosen source is still the right one. Reads files only. */
const CHECK_MS = 10_000;
/** How often the gateway is tried while transcripts are read: it may have been started or updated. */
const PROBE_SPACING_MS = 30_000;
/** An old gateway stays old until it is updated, and then its transcripts end, which is noticed at once. */
const OLD_SPACING_MS = 300_000;
/** A chosen gateway that is gone for this long may have been replaced by an older OpenClaw. */
const PATIENCE_MS = 60_000;

export interface AutoSourceOptions {
  readonly wanted: Findings['wanted'];
  /** Where the gateway is expected now; asked again and again, since openclaw.json may change. */
  locate(): Promise<GatewayPlace>;
  lookAtStore(): Promise<StoreFinding>;
  /** Tries the gateway once. */
  probe(place: GatewayPlace): Promise<SourceHealth>;
  makeGateway(place: GatewayPlace): Source;
  makeJsonl(): Source;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Chosen {
  readonly decision: Decision;
  readonly place: GatewayPlace;
  readonly source: Source | undefined;
}

/** A source that is one of two, and finds out which. */
export interface AutoSource extends Source {
  /** What was decided last, with its reasons; undefined before the first look is over. */
  decision(): Decision | undefined;
}

/**
 * Watches the OpenClaw of this machine through whichever source fits, and changes over when that changes: an update from
 * transcripts to SQLite, a gateway that appears, a token that is put right. At most one source runs at any time.
 *
 * Its health is the chosen source's under the one name `openclaw`, with `detail.source`.
 */
export function createAutoSource(options: AutoSourceOptions): AutoSource {
  return new AutoSourceImpl(options);
}

class AutoSourceImpl implements AutoSource {
  readonly name = AUTO_SOURCE;
  readonly #options: AutoSourceOptions;
  readonly #log: Logger;
  #sink: SourceSink | undefined;
  #chosen: Chosen | undefined;
  /** The last look at the gateway, and at which address. */
  #probed: { readonly finding: GatewayFinding; readonly address: string; readonly atMs: number } | undefined;
  #troubledSinceMs: number | undefined;
  #noneSinceMs: number;
  #stopped = false;
  #looking: Promise<void> = Promise.resolve();
  #cancelNext = (): void => {};

  constructor(options: AutoSourceOptions) {
    this.#options = options;
    this.#log = options.log.child({ source: AUTO_SOURCE });
    this.#noneSinceMs = options.clock.now();
  }

  /** Resolves at once; health tells what is found. */
  async start(sink: SourceSink): Promise<void> {
    this.#sink = sink;
    sink.health(this.health());
    this.#lookSoon(0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelNext();
    await this.#looking;
    await this.#chosen?.source?.stop();
    this.#sink = undefined;
  }

  async decide(approvalId: string, decision: 'allow_once' | 'deny'): Promise<void> {
    const source = this.#chosen?.source;
    if (source?.decide === undefined) throw new Error('No gateway is connected that takes decisions.');
    await source.decide(approvalId, decision);
  }

  decision(): Decision | undefined {
    return this.#chosen?.decision;
  }

  health(): SourceHealth {
    const source = this.#chosen?.source;
    if (source !== undefined) return renamed(source.health());
    const decision = this.#chosen?.decision;
    if (decision === undefined) return this.#ownHealth('connecting', 'looking', 'Looking for an OpenClaw.');
    if (decision.code === 'gateway_starting') {
      return this.#ownHealth('connecting', 'gateway_starting', sentence(decision.reasons));
    }
    return this.#ownHealth(
      'failed',
      'nothing_found',
      `No OpenClaw was found: ${sentence(decision.reasons)} Start OpenClaw, or set OPENCLAW_GATEWAY_URL (or OPENCLAW_STATE_DIR) to where it is. Live Status keeps looking.`,
    );
  }

  #ownHealth(state: SourceHealth['state'], code: string, reason: string): SourceHealth {
    return { name: AUTO_SOURCE, state, code, reason, sinceMs: this.#noneSinceMs };
  }

  #lookSoon(ms: number): void {
    if (this.#stopped) return;
    this.#cancelNext = this.#options.clock.after(ms, () => {
      this.#looking = this.#look().catch((err: unknown) => this.#log.error({ err }, 'looking for OpenClaw failed'));
      void this.#looking.then(() => this.#lookSoon(this.#chosen?.source === undefined ? LOOK_MS : CHECK_MS));
    });
  }

  async #look(): Promise<void> {
    const place = await this.#options.locate();
    const store = await this.#options.lookAtStore();
    const gateway = await this.#gatewayFinding(place);
    if (this.#stopped || gateway === undefined) return;
    const decision = decide({ wanted: this.#options.wanted, gateway, store });
    await this.#changeTo(decision, place);
  }

  /** Undefined = too early to tell, keep what there is. */
  async #gatewayFinding(place: GatewayPlace): Promise<GatewayFinding | undefined> {
    const { clock, wanted } = this.#options;
    if (wanted !== undefined) return NOT_TRIED;
    const address = addressOf(place);
    const chosen = this.#chosen;
    if (chosen?.decision.source === 'openclaw-gateway' && addressOf(chosen.place) === address)
      return this.#patientFinding();
    const known = this.#probed?.address === address ? this.#probed : undefined;
    // Asking again with the same token would be a loop of failed logins.
    if (known?.finding.kind === 'refused') return known.finding;
    const working = chosen?.source !== undefined && chosen.source.health().state !== 'failed';
    const spacingMs = known?.finding.kind === 'partial' ? OLD_SPACING_MS : PROBE_SPACING_MS;
    if (working && known !== undefined && clock.now() - known.atMs < spacingMs) return known.finding;
    const finding = gatewayFinding(await this.#options.probe(place)) ?? NO_ANSWER;
    this.#probed = { finding, address, atMs: clock.now() };
    return finding;
  }

  /** The running gateway source knows best; it is given a minute before it is doubted. */
  #patientFinding(): GatewayFinding | undefined {
    const finding = this.#chosen?.source && gatewayFinding(this.#chosen.source.health());
    const now = this.#options.clock.now();
    if (finding === undefined || finding.kind === 'complete') {
      this.#troubledSinceMs = undefined;
      return finding;
    }
    this.#troubledSinceMs ??= now;
    return now - this.#troubledSinceMs >= PATIENCE_MS ? finding : undefined;
  }

  async #changeTo(decision: Decision, place: GatewayPlace): Promise<void> {
    const before = this.#chosen;
    const same = before?.decision.source === decision.source;
    const moved =
      decision.source === 'openclaw-gateway' && before !== undefined && addressOf(before.place) !== addressOf(place);
    if (same && !moved) {
      this.#chosen = { ...before, decision };
      if (before.decision.code !== decision.code && decision.source === 'none') this.#reportOwn();
      return;
    }
    this.#log.info({ ...decision }, 'source chosen');
    await this.#letGo(before?.source);
    if (this.#stopped) return;
    this.#troubledSinceMs = undefined;
    const source = this.#make(decision, place);
    this.#chosen = { decision, place, source };
    if (source === undefined) this.#reportOwn();
    else await this.#begin(source);
  }

  #make(decision: Decision, place: GatewayPlace): Source | undefined {
    switch (decision.source) {
      case 'openclaw-gateway':
        return this.#options.makeGateway(place);
      case 'openclaw-jsonl':
        return this.#options.makeJsonl();
      case 'none':
        return undefined;
    }
  }

  async #begin(source: Source): Promise<void> {
    await source.start({
      event: (event) => this.#sink?.event(event),
      health: (health) => this.#sink?.health(renamed(health)),
    });
    this.#sink?.health(this.health());
  }

  /** What the old source saw is unobserved until the new one has read it. */
  async #letGo(source: Source | undefined): Promise<void> {
    if (source === undefined) return;
    await source.stop();
    this.#sink?.event({ type: 'source.lost', key: '', at: this.#options.clock.now() });
  }

  #reportOwn(): void {
    this.#noneSinceMs = this.#options.clock.now();
    const health = this.health();
    this.#log.warn({ code: health.code, reason: health.reason }, 'no OpenClaw to watch');
    this.#sink?.health(health);
  }
}

/** The address was set by a person: it is not tried first, the source itself says how it goes. */
const NOT_TRIED: GatewayFinding = NO_ANSWER;

function addressOf({ url, token }: GatewayPlace): string {
  return `${url}\u0000${token?.reveal() ?? ''}`;
}

function renamed(health: SourceHealth): SourceHealth {
  return { ...health, name: AUTO_SOURCE, detail: { source: health.name, ...health.detail } };
}

function sentence(reasons: readonly string[]): string {
  return `${reasons.join('; ')}.`;
}
