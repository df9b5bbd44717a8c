import { frozenTime } from '@livestatus/ui';
import {
  approvalSession,
  doneSession,
  failedSession,
  recentSessions,
  SAMPLE_NOW_MS,
  sampleSession,
  workingSession,
} from '@livestatus/ui/samples';
import { act, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { IntlProvider } from 'react-intl';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { App } from './app.tsx';
import { startFeed } from './feed/feed.ts';
import { FakePorts } from './testing/fake-stream.ts';

let ports: FakePorts;

beforeEach(() => {
  window.location.hash = '';
  ports = new FakePorts();
  render(
    <IntlProvider locale="en" onError={() => undefined}>
      <App feed={startFeed(ports)} time={frozenTime(0)} />
    </IntlProvider>,
  );
});
afterEach(() => delete document.documentElement.dataset.theme);

const GATEWAY = { name: 'openclaw-gateway', state: 'ok', since_ms: 0, detail: { version: '2026.9.6' } };

function sync(
  sessions = [workingSession(), approvalSession(), doneSession(), failedSession()],
  links: object = {},
): void {
  act(() => {
    ports.source.hello();
    ports.source.sync(sessions, { sources: [GATEWAY], ...links });
  });
}

const boxes = (): string[] =>
  within(screen.getByRole('region', { name: /^Active/ }))
    .getAllByRole('article')
    .map((box) => box.getAttribute('aria-label') ?? '');
const recent = (): string[] =>
  within(screen.getByRole('region', { name: /^Recent/ }))
    .queryAllByRole('listitem')
    .map((item) => item.textContent ?? '');
const go = async (hash: string): Promise<void> => {
  await act(async () => {
    window.location.hash = hash;
    await new Promise((resolve) => window.addEventListener('hashchange', resolve, { once: true }));
  });
};

describe('the overview', () => {
  it('shows the figures of today, active boxes and recent turns', () => {
    sync();
    expect(boxes()).toEqual(['ops-bot', 'sol']);
    expect(recent()).toEqual([
      'DonesolFix the login redirectchannel ch4xp9…48 s5 min. ago',
      'Failedops-botDeploy to stagingchannel chrele…19 s12 min. ago',
    ]);
    expect(screen.getByText('active').parentElement?.textContent).toBe('active2');
    expect(screen.getByRole('button', { name: /OpenClaw gateway 2026\.9\.6/ })).toBeDefined();
  });

  it('keeps the order of the grid when a session changes, and adds a new one at the end', () => {
    sync();
    act(() => {
      ports.source.update({
        sessions: [
          { ...approvalSession(), seq: 2, last_event_ms: SAMPLE_NOW_MS + 1 },
          sampleSession({ age: 1, id: 'new', agent: { id: 'n', name: 'newcomer', runtime: 'openclaw' } }),
        ],
      });
    });
    expect(boxes()).toEqual(['ops-bot', 'sol', 'newcomer']);
  });

  it('shows how a turn ended in its place, and then moves it to the recent ones', () => {
    sync();
    const end = (seq: number, ended_ms: number): void =>
      act(() => ports.source.update({ sessions: [{ ...workingSession(), seq, status: 'done', ended_ms }] }));
    end(2, SAMPLE_NOW_MS);
    expect(boxes()).toEqual(['ops-bot', 'sol']);
    expect(screen.getByRole('article', { name: 'sol' }).textContent).toContain('Done');
    end(3, SAMPLE_NOW_MS - 5000);
    expect(boxes()).toEqual(['ops-bot']);
    expect(recent()[0]).toMatch(/^DonesolFix the login redirect and run the tests/);
  });

  it('opens a recent turn in place with its steps and its timeline', async () => {
    sync();
    await userEvent.click(screen.getByRole('button', { name: /Deploy to staging/ }));
    expect(screen.getByText('The model provider answered 500 four times (overloaded).')).toBeDefined();
    expect(screen.getByRole('group', { name: 'Timeline' })).toBeDefined();
    expect(screen.getByRole('link', { name: 'Open turn' }).getAttribute('href')).toBe('#/turn/failed');
    await userEvent.click(screen.getByRole('button', { name: /^Failed.*Deploy to staging/ }));
    expect(screen.queryByRole('group', { name: 'Timeline' })).toBeNull();
  });

  it('draws only the recent turns that are in the window', () => {
    sync(recentSessions(200));
    expect(recent().length).toBeGreaterThan(5);
    expect(recent().length).toBeLessThan(150);
  });

  it('shows a page of boxes when hundreds are active, and more on demand', async () => {
    sync(Array.from({ length: 60 }, (_, index) => sampleSession({ age: index, id: `s${index}` })));
    expect(boxes()).toHaveLength(48);
    await userEvent.click(screen.getByRole('button', { name: 'Show 12 more' }));
    expect(boxes()).toHaveLength(60);
  });
});

describe('searching', () => {
  it('filters both lists by text', async () => {
    sync();
    await userEvent.keyboard('/');
    await userEvent.keyboard('login');
    expect([boxes(), recent().length]).toEqual([['sol'], 1]);
    await userEvent.keyboard('{Escape}');
    expect(boxes()).toHaveLength(2);
    expect(document.activeElement).toBe(document.body);
  });

  it('filters by state and agent', async () => {
    sync();
    await userEvent.selectOptions(screen.getByRole('combobox', { name: 'State' }), 'Failed');
    expect(recent()).toHaveLength(1);
    expect(screen.getByText('No active turn matches.')).toBeDefined();
    await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Agent' }), 'sol');
    expect(screen.getByText('No recent turn matches.')).toBeDefined();
  });
});

describe('a turn of its own', () => {
  it('opens from its title and goes back by Escape', async () => {
    sync();
    await go('#/turn/working');
    expect(screen.getByRole('heading', { name: 'Fix the login redirect and run the tests' })).toBeDefined();
    expect(screen.getByText('thread in channel ch4xp9town5square7')).toBeDefined();
    expect(screen.getByRole('group', { name: 'Timeline' })).toBeDefined();
    await userEvent.keyboard('{Escape}');
    expect(window.location.hash).toBe('#/');
  });

  it('is fetched when it is no longer listed', async () => {
    ports.stored.set('old', { ...doneSession(), id: 'old', title: 'An old one' });
    sync();
    await go('#/turn/old');
    expect(await screen.findByRole('heading', { name: 'An old one' })).toBeDefined();
  });

  it('says so when it does not exist', async () => {
    sync();
    await go('#/turn/nowhere');
    expect(await screen.findByText('This turn is not here (any more)')).toBeDefined();
  });
});

describe('what is not as it should be', () => {
  it('an empty page says that all is quiet when the source works', () => {
    sync([]);
    expect(screen.getByText('All quiet here')).toBeDefined();
  });

  it('an empty page says how to connect when it does not', () => {
    sync([], { sources: [{ name: 'openclaw-gateway', state: 'failed', since_ms: 0, reason: 'No gateway.' }] });
    expect(screen.getByText('livestatus doctor')).toBeDefined();
    expect(screen.getByText('No gateway.', { selector: '.LiveStatusBanner *' })).toBeDefined();
  });

  it('a lost connection is said after a second; what is known stays', async () => {
    sync();
    act(() => ports.source.fail(0));
    expect(screen.queryByText(/connection to the daemon is lost/)).toBeNull();
    expect(await screen.findByText(/connection to the daemon is lost/, undefined, { timeout: 3000 })).toBeDefined();
    expect(boxes()).toHaveLength(2);
    act(() => ports.source.hello());
    expect(screen.queryByText(/connection to the daemon is lost/)).toBeNull();
  });

  it('a demand for the token is a form that sends it to the daemon', async () => {
    ports.status = 401;
    await act(async () => {
      ports.source.fail(2);
      await ports.advance(0);
    });
    const field = screen.getByLabelText('Token');
    expect(field.closest('form')?.getAttribute('action')).toBe('./');
    expect([field.getAttribute('name'), field.getAttribute('type')]).toEqual(['token', 'password']);
  });

  it('a daemon of another version asks to reload', () => {
    act(() => ports.source.raw('hello', '{"v":2}'));
    expect(screen.getByRole('button', { name: 'Reload' })).toBeDefined();
  });
});

describe('keys', () => {
  it('j and k walk through the turns of the page', async () => {
    sync();
    await userEvent.keyboard('j');
    expect(document.activeElement?.textContent).toBe('Clean the build and make a release');
    await userEvent.keyboard('jj');
    expect(document.activeElement?.textContent).toMatch(/^DonesolFix the login redirect/);
    await userEvent.keyboard('k');
    expect(document.activeElement?.textContent).toBe('Fix the login redirect and run the tests');
  });

  it('t goes from the theme of the system to light, dark and back', async () => {
    const { dataset } = document.documentElement;
    await userEvent.keyboard('t');
    expect(dataset.theme).toBe('light');
    await userEvent.keyboard('t');
    expect([dataset.theme, localStorage.getItem('livestatus.theme')]).toEqual(['dark', 'dark']);
    await userEvent.keyboard('t');
    expect(dataset.theme).toBeUndefined();
  });
});
