import type { LinkHealth } from '@livestatus/contract';
import { linkName, linkTone, linkWord, StateDot } from '@livestatus/ui';
import * as React from 'react';
import { useIntl } from 'react-intl';

interface LinkChipsProps {
  links: readonly LinkHealth[];
}

/** One chip a source and sink: a dot and a name; its health in words on hover and focus, and for screen readers. */
export function LinkChips({ links }: LinkChipsProps): React.ReactElement {
  return (
    <ul className="LinkChips">
      {links.map((link) => (
        <li key={link.name}>
          <LinkChip link={link} />
        </li>
      ))}
    </ul>
  );
}

function LinkChip({ link }: { link: LinkHealth }): React.ReactElement {
  const intl = useIntl();
  const hintId = React.useId();
  const word = linkWord(intl, link.state);
  return (
    <button type="button" className={`LinkChip LinkChip--${link.state}`} aria-describedby={hintId}>
      <StateDot state={linkTone(link.state)} />
      <span className="LinkChip__name">{linkName(link)}</span>
      {link.state !== 'ok' && <span className="LinkChip__word">{word}</span>}
      <span className="LinkChip__hint" role="tooltip" id={hintId}>
        <b>
          {linkName(link)} {word}
        </b>
        {link.reason !== undefined && <span>{link.reason}</span>}
        {detailsOf(link).map(([name, value]) => (
          <span key={name} className="LinkChip__detail">
            {name}: {value}
          </span>
        ))}
      </span>
    </button>
  );
}

/** What the link talks to, for whoever sets it up; the names are the daemon's. */
function detailsOf(link: LinkHealth): [string, string][] {
  return Object.entries(link.detail ?? {}).map(([name, value]) => [name, String(value)]);
}
