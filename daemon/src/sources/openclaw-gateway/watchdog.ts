import type { Clock } from '../source.ts';

/** How often a ping goes out, and how long its pong may take, in ms: the gateway's own window. */
const PING_MS = 25_000;

export interface WatchdogOptions {
  readonly clock: Clock;
  readonly tickIntervalMs: number;
  ping(): void;
  /** Called once, when no frame came for two tick intervals or a ping went unanswered. */
  onSilence(): void;
}

export interface Watchdog {
  /** A frame came in. */
  seen(): void;
  pong(): void;
  stop(): void;
}

/**
 * Notices a dead connection. A frame only notes the time; one timer looks at it, so a busy connection costs nothing.
 *
 * Both checks are needed: ticks prove that the gateway works, pings that the network does (a half-open TCP connection
 * would otherwise look alive until two ticks are missing).
 */
export function startWatchdog(options: WatchdogOptions): Watchdog {
  const { clock } = options;
  const limitMs = 2 * options.tickIntervalMs;
  let lastFrameMs = clock.now();
  let awaitingPong = false;
  let stopped = false;
  let cancelTick = clock.after(limitMs, checkTick);
  let cancelPing = clock.after(PING_MS, checkPing);

  function checkTick(): void {
    const silentMs = clock.now() - lastFrameMs;
    if (silentMs >= limitMs) {
      giveUp();
      return;
    }
    // A clock that was set back must not make the watchdog wait longer than its limit.
    cancelTick = clock.after(Math.min(limitMs, limitMs - silentMs), checkTick);
  }

  function checkPing(): void {
    if (awaitingPong) {
      giveUp();
      return;
    }
    awaitingPong = true;
    options.ping();
    cancelPing = clock.after(PING_MS, checkPing);
  }

  function giveUp(): void {
    if (stopped) return;
    stop();
    options.onSilence();
  }

  function stop(): void {
    stopped = true;
    cancelTick();
    cancelPing();
  }

  return {
    seen: () => {
      lastFrameMs = clock.now();
    },
    pong: () => {
      awaitingPong = false;
    },
    stop,
  };
}
