import type { Session, Step } from '@livestatus/contract';
import type { ClockAnchor } from '../time/clock-anchor.ts';

/** Made-up turns for tests, the gallery and screenshots. All times count from this moment of the daemon's clock. */
export const SAMPLE_NOW_MS = Date.UTC(2026, 10, 23, 10, 42, 0);

/** The daemon's clock is SAMPLE_NOW_MS when the browser's monotonic clock says `receivedAtMs`. */
export function sampleAnchor(receivedAtMs = 0): ClockAnchor {
  return { asOfMs: SAMPLE_NOW_MS, receivedAtMs };
}

let lastStep = 0;

interface StepSample extends Partial<Omit<Step, 'started_ms' | 'ended_ms'>> {
  label: string;
  /** Seconds before SAMPLE_NOW_MS. */
  ago: number;
  /** Seconds it took; absent = still running. */
  took?: number;
}

export function sampleStep({ ago, took, ...fields }: StepSample): Step {
  lastStep += 1;
  const startedMs = SAMPLE_NOW_MS - ago * 1000;
  const step: Step = {
    id: `step-${lastStep}`,
    kind: 'tool',
    status: took === undefined ? 'running' : 'done',
    started_ms: startedMs,
    ...fields,
  };
  return took === undefined ? step : { ...step, ended_ms: startedMs + Math.round(took * 1000) };
}

interface SessionSample extends Partial<Session> {
  /** Seconds since it was asked. */
  age: number;
}

export function sampleSession({ age, ...fields }: SessionSample): Session {
  return {
    id: 'turn-1',
    daemon_id: '6b1f0c3e-5a44-4f0e-9a43-1d1f5b7a9c21',
    session_key: 'agent:main:mattermost:channel:ch1',
    agent: { id: 'main', name: 'sol', runtime: 'openclaw' },
    post: 'wanted',
    status: 'active',
    started_ms: SAMPLE_NOW_MS - age * 1000,
    last_event_ms: SAMPLE_NOW_MS,
    as_of_ms: SAMPLE_NOW_MS,
    steps: [],
    steps_dropped: 0,
    tool_calls: 0,
    seq: 1,
    ...fields,
  };
}

/** Seconds before SAMPLE_NOW_MS, as a time of the daemon's clock. */
export function secondsAgo(seconds: number): number {
  return SAMPLE_NOW_MS - seconds * 1000;
}

export function sampleUsage(total: number, cost?: number, context?: number): NonNullable<Session['usage']> {
  return {
    input: Math.round(total * 0.2),
    output: Math.round(total * 0.1),
    cache_read: Math.round(total * 0.6),
    cache_write: Math.round(total * 0.1),
    total,
    ...(cost === undefined ? {} : { cost_usd: cost }),
    ...(context === undefined ? {} : { context_used: context, context_window: 200_000 }),
  };
}
