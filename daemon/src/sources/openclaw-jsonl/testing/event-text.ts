import type { AgentEvent, RunOutcome, RunRef, TokenUsage } from '../../../turns/events.ts';

/**
 * Events as lines for people: time since the first event (ms), session key, what happened. Runs are named R1, R2, ... in order
 * of their first appearance; runtime times are shown as `@` + ms since the first event.
 */
export function eventText(events: readonly AgentEvent[]): string {
  const zero = events[0]?.at ?? 0;
  const runs = new Map<string, string>();
  const nameOf = (runId: string) => {
    const name = runs.get(runId) ?? `R${runs.size + 1}`;
    runs.set(runId, name);
    return name;
  };
  const lines = events.map((event) => {
    const shown = { nameOf, ago: (ms: number) => `@${ms - zero}` };
    return [String(event.at - zero).padStart(6), event.key || '-', ...describe(event, shown)].join('  ');
  });
  return `${[...[...runs].map(([runId, name]) => `${name} = ${runId}`), '', ...lines].join('\n')}\n`;
}

interface Shown {
  nameOf(runId: string): string;
  ago(ms: number): string;
}

function describe(event: AgentEvent, shown: Shown): readonly string[] {
  const { nameOf, ago } = shown;
  const of = (run: RunRef | undefined) => (run === undefined ? '-' : nameOf(run.runId));
  switch (event.type) {
    case 'request': {
      const {
        runId,
        steerTargetRunId,
        transport,
        senderId,
        senderName,
        accountId,
        provenance,
        text,
        recordedMs,
        lineId,
      } = event;
      const serves = runId === undefined ? `steers ${nameOf(steerTargetRunId ?? '')}` : `for ${nameOf(runId)}`;
      return [
        'request',
        serves,
        ago(recordedMs),
        json({ lineId, transport, senderId, senderName, accountId, provenance, text }),
      ];
    }
    case 'run.started': {
      const { heartbeat, automatic, late, lockName, run } = event;
      const flags = json({ heartbeat, automatic, late });
      return [
        'run.started',
        of(run),
        ago(event.startedMs),
        lockName === run.runId ? 'named by its lock' : 'without lock',
        flags,
      ];
    }
    case 'run.model':
      return ['run.model', of(event.run), ago(event.tsMs), `${event.provider}/${event.model}`];
    case 'run.attemptFailed':
      return ['run.attemptFailed', of(event.run), ago(event.tsMs), event.message];
    case 'run.ended':
      return ['run.ended', of(event.run), ago(event.endedMs), outcomeText(event.outcome)];
    case 'text':
      return ['text', of(event.run), ago(event.tsMs), `${event.itemId} ${JSON.stringify(event.text)}`];
    case 'assistant.message': {
      const { messageId, stopReason, silent, usage } = event;
      return [
        'assistant',
        of(event.run),
        ago(event.tsMs),
        messageId,
        stopReason ?? '-',
        usageText(usage),
        json({ silent }),
      ];
    }
    case 'tool': {
      const { phase, callId, name, input, outcome, exitCode, error, child, startedMs, endedMs } = event;
      const when = ago(startedMs ?? endedMs ?? event.tsMs);
      return [
        'tool',
        of(event.run),
        when,
        phase,
        callId,
        name ?? '-',
        json({ input, outcome, exitCode, error, child }),
      ];
    }
    case 'row': {
      const { type, key, at, ...facts } = event;
      return ['row', json(facts)];
    }
    default: {
      const { type, key, at, ...rest } = event;
      return [type, json(rest)];
    }
  }
}

function outcomeText(outcome: RunOutcome): string {
  const { kind, ...rest } = outcome;
  return `${kind} ${json(rest)}`.trim();
}

function usageText(usage: TokenUsage | undefined): string {
  return usage === undefined ? 'no usage' : `${usage.total} tokens $${usage.costUsd}`;
}

/** Nothing for an empty object; undefined fields are left out. */
function json(fields: object): string {
  const text = JSON.stringify(fields);
  return text === '{}' ? '' : text;
}
