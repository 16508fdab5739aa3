import 'graphiql/style.css';
import { useComputedColorScheme } from '@mantine/core';
import { GraphiQL } from 'graphiql';
import { useEffect, useMemo, useRef } from 'react';
import { fromBody } from '@/api/errors';
import { askGraphQL } from '@/api/http';
import { useSession } from '@/api/session';
import { PageHeader } from '@/components/page-header';
import classes from './graphiql.module.css';

const FIRST_QUERY = `# Ctrl-Enter asks, Ctrl-Space completes; the book on the left lists all there is.
query Newest {
  collectionRuns(first: 5) {
    id
    status
    requestedAt
    endpoint {
      name
    }
  }
}
`;

export default function GraphiQLPage() {
  const theme = useComputedColorScheme('light');
  const fetcher = useFetcher();
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => (frame.current === null ? undefined : nameEditors(frame.current)), []);
  return (
    <div className={classes.page}>
      <PageHeader title="GraphiQL" description="Ask the API as yourself, with your role." />
      <div className={classes.frame} ref={frame}>
        {/* What is typed here may hold secrets: it is not kept beyond the tab. */}
        <GraphiQL
          fetcher={fetcher}
          forcedTheme={theme}
          storage={sessionStorage}
          defaultQuery={FIRST_QUERY}
          isHeadersEditorEnabled={false}
          showPersistHeadersSettings={false}
        />
      </div>
    </div>
  );
}

/** What asks the server for the viewer, and tells when it has refused their session. */
function useFetcher() {
  const { session, onRefused } = useSession();
  const csrfToken = session?.csrfToken ?? '';
  return useMemo(
    () => async (request: object) => {
      const answer = await askGraphQL(request, csrfToken);
      if (isRecord(answer) && 'errors' in answer && fromBody(answer).isAuthRequired) await onRefused();
      return isRecord(answer) ? answer : { data: answer };
    },
    [csrfToken, onRefused],
  );
}

/**
 * Gives the editors that come to be in `frame` names for those who cannot see them, and lets the keyboard
 * scroll them. Returns what ends that.
 */
function nameEditors(frame: HTMLElement): () => void {
  const observer = new MutationObserver(() => {
    for (const editor of frame.querySelectorAll('.CodeMirror textarea:not([aria-label])')) {
      const section = editor.closest('.graphiql-query-editor, .graphiql-response');
      const isQuery = section?.classList.contains('graphiql-query-editor');
      editor.setAttribute('aria-label', section === null ? 'Variables' : isQuery ? 'Query' : 'Answer');
      editor.closest('.CodeMirror')?.querySelector('.CodeMirror-scroll')?.setAttribute('tabindex', '0');
    }
  });
  observer.observe(frame, { childList: true, subtree: true });
  return () => observer.disconnect();
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
