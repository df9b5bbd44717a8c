import type { Session } from '@livestatus/contract';
import * as React from 'react';
import { defineMessages, FormattedMessage } from 'react-intl';
import { useSelector } from 'react-redux';
import type { HostPost, HostState } from '../host/host_state.ts';
import { HostLink, postPath } from '../host/navigation.tsx';
import { createAnswerSelector } from './answer.ts';

const messages = defineMessages({
  request: { id: 'livestatus.post.jump_to_request', defaultMessage: 'Jump to request' },
  answer: { id: 'livestatus.post.jump_to_answer', defaultMessage: 'Jump to answer' },
});

interface PostLinksProps {
  post: HostPost;
  session: Session;
}

/** Where the turn began and what came out of it, as far as they are known. */
export function PostLinks({ post, session }: PostLinksProps): React.ReactElement {
  const selectAnswer = React.useMemo(createAnswerSelector, []);
  const answerId = useSelector((state: HostState) => selectAnswer(state, post, session));
  const pathOf = (id: string | undefined) => (state: HostState) =>
    id === undefined ? undefined : postPath(state, post.channel_id, id);
  const requestPath = useSelector(pathOf(session.request_post_id));
  const answerPath = useSelector(pathOf(answerId));
  return (
    <>
      {requestPath !== undefined && (
        <HostLink path={requestPath}>
          <FormattedMessage {...messages.request} />
        </HostLink>
      )}
      {answerPath !== undefined && (
        <HostLink path={answerPath}>
          <FormattedMessage {...messages.answer} />
        </HostLink>
      )}
    </>
  );
}
