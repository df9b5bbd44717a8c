import type { LinkHealth } from '@livestatus/contract';
import { act, screen } from '@testing-library/react';
import * as React from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { render } from '../testing/render.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { HealthBanner } from './health-banner.tsx';
import { linkName } from './link-health.ts';
import { Skeleton } from './skeleton.tsx';

afterEach(() => vi.useRealTimers());

describe('a banner', () => {
  const gateway: LinkHealth = { name: 'openclaw-gateway', state: 'ok', since_ms: 0, detail: { version: '2026.9.6' } };
  const failed: LinkHealth = {
    name: 'openclaw-jsonl',
    state: 'failed',
    code: 'x',
    reason: 'No transcripts.',
    since_ms: 0,
  };

  it('names what does not work and what to do', () => {
    render(<HealthBanner links={[gateway, failed]} />);
    expect(screen.getByRole('status').textContent).toBe('OpenClaw transcripts No transcripts.');
  });

  it('is absent when all is well or still connecting', () => {
    const { container } = render(<HealthBanner links={[gateway, { ...failed, state: 'connecting' }]} />);
    expect(container.textContent).toBe('');
  });

  it('names a link as people know it, with its version; an unknown one as it is', () => {
    expect([linkName(gateway), linkName({ name: 'x', state: 'ok', since_ms: 0 })]).toEqual([
      'OpenClaw gateway 2026.9.6',
      'x',
    ]);
  });
});

describe('a skeleton', () => {
  it('appears only after 150 ms, and says what is loading', () => {
    vi.useFakeTimers();
    render(<Skeleton label="Loading" rows={3} shape="line" />);
    expect(screen.queryByRole('status')).toBeNull();
    act(() => vi.advanceTimersByTime(150));
    expect(screen.getByRole('status').textContent).toBe('Loading');
  });
});

describe('a failure while drawing', () => {
  function Fragile({ fails }: { fails: boolean }): React.ReactElement {
    if (fails) throw new Error('cannot draw');
    return <p>drawn</p>;
  }
  const guarded = (fails: boolean, resetKey: number, onError?: (error: unknown) => void) => (
    <ErrorBoundary fallback={<p>as markdown</p>} resetKey={resetKey} onError={onError}>
      <Fragile fails={fails} />
    </ErrorBoundary>
  );

  it('shows the fallback, tells the host once, and tries again with new data', () => {
    const complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const stopReport = (event: ErrorEvent): void => event.preventDefault();
    window.addEventListener('error', stopReport);
    const onError = vi.fn();
    const { rerender } = render(guarded(true, 1, onError));
    expect(screen.getByText('as markdown')).toBeDefined();
    expect(onError).toHaveBeenCalledOnce();
    rerender(guarded(false, 1));
    expect(screen.getByText('as markdown')).toBeDefined();
    rerender(guarded(false, 2));
    expect(screen.getByText('drawn')).toBeDefined();
    window.removeEventListener('error', stopReport);
    complaints.mockRestore();
  });
});
