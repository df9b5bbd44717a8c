import { screen } from '@testing-library/react';
import * as React from 'react';
import { describe, expect, it } from 'vitest';
import { SessionCard } from '../cards/session-card.tsx';
import { HOSTILE_TEXTS, hostileSession, sampleAnchor, sampleSession, sampleStep } from '../samples/index.ts';
import { labelText } from '../session/label.ts';
import { render } from '../testing/render.tsx';
import { Timeline } from '../timeline/timeline.tsx';
import { StatusBox } from './status-box.tsx';

const FOREIGN = 'script, img, iframe, a, i, style, [onerror]';

describe('whatever an agent writes stays text', () => {
  it.each(HOSTILE_TEXTS)('as a label, a title, a plan item, an error: %s', (_, text) => {
    const session = sampleSession({
      age: 60,
      status: 'error',
      ended_ms: 0,
      title: text,
      error: { code: 'x', message: text },
      plan: [{ text, status: 'active' }],
      steps: [sampleStep({ label: text, detail: text, ago: 3, took: 1 })],
    });
    const { container } = render(<StatusBox session={session} anchor={sampleAnchor()} heading="agent" expanded />);
    expect(container.querySelector(FOREIGN)).toBeNull();
    const [label] = container.getElementsByClassName('LiveStatusStep__label');
    expect(label?.textContent).toBe(labelText(text));
    const [title] = container.getElementsByClassName('LiveStatusBox__title');
    expect(title?.textContent).toBe(text);
  });

  it('on every surface at once', () => {
    const session = hostileSession();
    const { container } = render(
      <div>
        <StatusBox session={session} anchor={sampleAnchor()} heading="agent" />
        <SessionCard session={session} anchor={sampleAnchor()} place="<i>x</i>" onOpen={() => undefined} />
        <Timeline session={session} anchor={sampleAnchor()} />
      </div>,
    );
    expect(container.querySelector(FOREIGN)).toBeNull();
    expect(document.title).toBe('');
    expect(screen.getAllByText(session.agent.name).length).toBeGreaterThan(0);
  });
});
