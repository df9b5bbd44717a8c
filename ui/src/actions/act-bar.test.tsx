import type { Session } from '@livestatus/contract';
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { describe, expect, it, vi } from 'vitest';
import { sampleAnchor } from '../samples/builders.ts';
import { answerSession, approvalSession, workingSession } from '../samples/index.ts';
import { StatusBox } from '../status-box/status-box.tsx';
import { render } from '../testing/render.tsx';
import type { Act } from './act.ts';
import type { Intent } from './intent.ts';

const onAct = vi.fn<(intent: Intent) => void>();
const approval = approvalSession();
const allow: Intent = { kind: 'allow', approvalId: '7f3a' };
const at = (phase: Act['phase'], part: Partial<Act> = {}): Act => ({
  intent: allow,
  phase,
  attempt: 1,
  deadlineMs: undefined,
  code: undefined,
  ...part,
});

function show(session: Session, act?: Act) {
  onAct.mockClear();
  const box = (shown: Session, shownAct?: Act) => (
    <StatusBox session={shown} anchor={sampleAnchor()} actions={{ act: shownAct, onAct }} />
  );
  const { rerender, container } = render(box(session, act));
  return { container, update: (next: Session, nextAct?: Act) => rerender(box(next, nextAct)) };
}

const button = (name: string): HTMLElement => screen.getByRole('button', { name });
const spoken = (container: HTMLElement): string => container.querySelector('[aria-live]')?.textContent ?? '';

describe('an approval', () => {
  it('is allowed or denied as it was seen', async () => {
    show(approval);
    await userEvent.click(button('Allow once'));
    expect(onAct).toHaveBeenLastCalledWith(allow);
    await userEvent.click(button('Deny'));
    expect(onAct).toHaveBeenLastCalledWith({ ...allow, kind: 'deny' });
  });

  it('needs no typing where there are buttons', () => {
    show(approval);
    expect(screen.queryByText(/Mention the agent/)).toBeNull();
  });

  it('without an id, as at the level `minimal`, can only be stopped', () => {
    const { approval_id: _, ...waiting } = approval.waiting ?? { for: 'approval', since_ms: 0 };
    show({ ...approval, waiting });
    expect(screen.queryByRole('button', { name: 'Allow once' })).toBeNull();
    expect(button('Stop')).toBeDefined();
  });

  it('leaves the keyboard in the box when it is over', () => {
    const { update } = show(approval);
    button('Allow once').focus();
    update({ ...workingSession(), id: approval.id });
    expect(document.activeElement).toBe(screen.getByRole('article'));
  });
});

describe('what became of a click', () => {
  it('is announced in one place that is always there, and only when it changes', () => {
    const { container, update } = show(approval);
    const region = container.querySelector('[aria-live=polite]');
    expect(spoken(container)).toBe('');
    update(approval, at('sending'));
    expect(spoken(container)).toBe('Approving…');
    update({ ...approval, seq: 2 }, at('sent'));
    expect(spoken(container)).toBe('Approving…');
    update({ ...approval, seq: 3 });
    expect(container.querySelector('[aria-live=polite]')).toBe(region);
  });

  it.each<[Act, string]>([
    [at('unconfirmed'), 'Not confirmed: the agent still waits. Your message is in the conversation.'],
    [at('unconfirmed', { intent: { kind: 'stop' } }), 'Not confirmed: the agent still works.'],
    [at('late'), 'Not sent: this had changed just before.'],
    [at('failed', { code: 'forbidden' }), 'Not sent: the server does not let you post here.'],
    [at('failed', { code: 'HTTP 500' }), 'Not sent: the server refused it (HTTP 500).'],
  ])('says %j', (act, text) => {
    const { container } = show(approval, act);
    expect(spoken(container)).toContain(text);
  });

  it('that failed can be tried again', async () => {
    show(approval, at('failed', { code: 'unreachable' }));
    await userEvent.click(button('Try again'));
    expect(onAct).toHaveBeenCalledExactlyOnceWith(allow);
  });

  it('keeps the focus on the button while it is busy', () => {
    const { update } = show(approval);
    button('Deny').focus();
    update(approval, at('sending'));
    expect(button('Deny').getAttribute('aria-disabled')).toBe('true');
    expect(document.activeElement).toBe(button('Deny'));
  });
});

describe('a question', () => {
  it('is answered with what is typed, and with nothing by nothing', async () => {
    const question = answerSession();
    show(question);
    await userEvent.click(button('Send answer'));
    await userEvent.type(screen.getByRole('textbox', { name: 'Your answer' }), '  {Enter}');
    expect(onAct).not.toHaveBeenCalled();
    await userEvent.type(screen.getByRole('textbox', { name: 'Your answer' }), 'main{Enter}');
    const { step_id: stepId, since_ms: sinceMs } = question.waiting ?? {};
    expect(onAct).toHaveBeenCalledExactlyOnceWith({ kind: 'answer', stepId, sinceMs, text: 'main' });
  });

  it('is answered with what it offers by one click', async () => {
    show(answerSession());
    await userEvent.click(button('release/5.1'));
    expect(onAct).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ kind: 'answer', text: 'release/5.1' }));
  });

  it('warns while another tool runs', () => {
    const question = answerSession();
    const { update } = show(question);
    expect(screen.queryByText(/A tool is running as well/)).toBeNull();
    const tool = { id: 'x', kind: 'tool' as const, status: 'running' as const, label: 'npm test', started_ms: 0 };
    update({ ...question, steps: [...question.steps, tool] });
    expect(screen.getByText(/A tool is running as well/)).toBeDefined();
  });
});

it("a sub-agent's own box says what its stop stops", () => {
  show({ ...workingSession(), session_key: 'agent:main:subagent:1' });
  expect(button('Stop').title).toMatch(/^Stops the conversation/);
});
