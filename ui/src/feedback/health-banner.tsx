import type { LinkHealth } from '@livestatus/contract';
import * as React from 'react';
import { Icon } from '../icons/icon.tsx';
import { linkName } from './link-health.ts';

interface HealthBannerProps {
  links: readonly LinkHealth[];
}

/** One row for each source or sink that does not work as it should, with its reason. Nothing when all is well. */
export function HealthBanner({ links }: HealthBannerProps): React.ReactElement | null {
  const troubled = links.filter((link) => link.state === 'degraded' || link.state === 'failed');
  if (troubled.length === 0) return null;
  return (
    <div className="LiveStatusBanners" role="status">
      {troubled.map((link) => (
        <p key={link.name} className={`LiveStatusBanner LiveStatusBanner--${link.state}`}>
          <Icon name="warning" />
          <span>
            <b>{linkName(link)}</b> {link.reason ?? link.code}
          </span>
        </p>
      ))}
    </div>
  );
}
