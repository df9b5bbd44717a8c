import type { Session } from '@livestatus/contract';
import { frozenTime } from '@livestatus/ui';
import { answerSession, approvalSession, workingSession } from '@livestatus/ui/samples';
import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { IntlProvider } from 'react-intl';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { App } from '../app.tsx';
import { startFeed } from '../feed/feed.ts';
import { FakePorts } from '../testing/fake-stream.ts';
import { createDecide, type Decide, RefusedDecision } from './decide.ts';

const decide = vi.fn<Decide>();
let ports: FakePorts;

beforeEach(() => {
  window.location.hash = '';
  decide.mockReset().mockResolvedValue(undefined);
  ports = new FakePorts();
  render(
    <IntlProvider locale="en" onError={() => undefined}>
      <App feed={startFeed(ports)} decide={decide} time={frozenTime(0)} />
    </IntlProvider>,
  );
});

function show(session: Session, mayDecide = true): void {
  act(() => {
    ports.source.say('hello', {
      version: '5.0.0',
      daemon_id: 'd1',
      resumed: false,
      ...(mayDecide && { may_decide: true }),
    });
    ports.source.sync([session]);
  });
}

const button = (name: string): HTMLElement | null => screen.queryByRole('button', { name });

describe('deciding on the dashboard', () => {
  it('where it is off says what to type, and has no button', () => {
    show(approvalSession(), false);
    expect(button('Allow once')).toBeNull();
    expect(screen.getByText('/approve 7f3a allow-once')).toBeDefined();
  });

  it('where it is on tells the daemon once, and ends when the runtime says so', async () => {
    show(approvalSession());
    await userEvent.dblClick(button('Allow once') as HTMLElement);
    expect(decide).toHaveBeenCalledExactlyOnceWith('approval', { approval_id: '7f3a', decision: 'allow_once' });
    expect(screen.getByText('Approving…')).toBeDefined();
    act(() => ports.source.update({ sessions: [{ ...workingSession(), id: 'approval', seq: 2 }] }));
    expect(screen.queryByText('Approving…')).toBeNull();
    expect(button('Allow once')).toBeNull();
  });

  it('says why it was not taken', async () => {
    decide.mockRejectedValue(new RefusedDecision('gateway_refused'));
    show(approvalSession());
    await userEvent.click(button('Deny') as HTMLElement);
    expect(await screen.findByText('Not sent: the server refused it (gateway_refused).')).toBeDefined();
  });

  it('stops nothing and answers nothing: for that it says what to type', () => {
    show(answerSession());
    expect(button('Stop')).toBeNull();
    expect(button('Send answer')).toBeNull();
    expect(screen.getByText(/with your answer/)).toBeDefined();
  });

  it('is not offered while the daemon is not heard', () => {
    show(approvalSession());
    act(() => ports.source.fail(0));
    expect(button('Allow once')).toBeNull();
  });
});

describe('the daemon’s answer', () => {
  const answering = (answer: () => Promise<Response>): Decide => createDecide(answer as typeof fetch);
  const decision = { approval_id: 'a', decision: 'deny' } as const;

  it('is asked for as JSON, below the page', async () => {
    const fetchFrom = vi.fn(async () => new Response('{}', { status: 202 }));
    await createDecide(fetchFrom as never)('s 1', decision);
    const headers = { 'content-type': 'application/json' };
    const expected = { method: 'POST', headers, body: '{"approval_id":"a","decision":"deny"}' };
    expect(fetchFrom).toHaveBeenCalledExactlyOnceWith('api/v1/sessions/s%201/decision', expected);
  });

  it.each<[string, () => Promise<Response>]>([
    ['unreachable', () => Promise.reject(new TypeError('network'))],
    ['approval_not_open', async () => Response.json({ code: 'approval_not_open' }, { status: 409 })],
    ['HTTP 500', async () => new Response('oops', { status: 500 })],
  ])('tells why: %s', async (code, answer) => {
    await expect(answering(answer)('s', decision)).rejects.toMatchObject({ code });
  });
});
