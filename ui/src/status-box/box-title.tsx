import type { Session } from '@livestatus/contract';
import * as React from 'react';
import { defineMessages, FormattedMessage } from 'react-intl';

const messages = defineMessages({
  untitled: { id: 'livestatus.box.untitled', defaultMessage: 'Untitled turn' },
});

interface BoxTitleProps {
  session: Session;
  href: string | undefined;
  place: string | undefined;
}

/** Second line of a box that stands by itself: what was asked, and where. Privacy may have left the title out. */
export function BoxTitle({ session, href, place }: BoxTitleProps): React.ReactElement {
  const title = session.title ?? <FormattedMessage {...messages.untitled} />;
  const titleClass = `LiveStatusBox__title${session.title === undefined ? ' LiveStatusBox__title--none' : ''}`;
  return (
    <div className="LiveStatusBox__about">
      <p className={titleClass} title={session.title}>
        {href === undefined ? (
          title
        ) : (
          <a className="LiveStatusBox__link" href={href}>
            {title}
          </a>
        )}
      </p>
      {place !== undefined && <span className="LiveStatusBox__place">{place}</span>}
    </div>
  );
}
