import { Anchor, Stack, Text } from '@mantine/core';
import { Link } from 'react-router';
import { RelativeTime } from '@/components/relative-time';
import { dayAndTime } from '@/lib/time';
import { Fact, Facts, Panel } from './facts';
import type { ShownEndpoint } from './types';

const STATE_WORDS = {
  NONE: 'Runs when asked',
  PENDING: 'Temporal has not been told yet',
  ACTIVE: 'Active in Temporal',
  PAUSED: 'Paused in Temporal',
  ERROR: 'Temporal refused it',
} as const satisfies Record<ShownEndpoint['collections'][number]['scheduleState'], string>;

/** When the endpoint is collected. */
export function CollectionFacts({ endpoint }: { readonly endpoint: ShownEndpoint }) {
  const [collection] = endpoint.collections;
  return (
    <Panel
      title="Collection"
      action={
        !endpoint.isDeleted && (
          <Anchor
            component={Link}
            to={`/collections?search=${encodeURIComponent(endpoint.name)}&endpoint=${endpoint.id}`}
            size="sm"
          >
            Change schedule
          </Anchor>
        )
      }
    >
      {collection === undefined ? (
        <Text size="sm" c="dimmed">
          There is no collection.
        </Text>
      ) : (
        <Facts>
          <Fact label="Schedule">{collection.scheduleDescription ?? 'Manual only'}</Fact>
          <Fact label="Enabled">{collection.isEnabled ? 'Yes' : 'No'}</Fact>
          <Fact label="State">
            {STATE_WORDS[collection.scheduleState]}
            {collection.scheduleError && (
              <Text size="sm" c="var(--status-failed)">
                {collection.scheduleError}
              </Text>
            )}
          </Fact>
          <Fact label="Next runs">
            {collection.nextRunsAt.length === 0 ? (
              '–'
            ) : (
              <Stack gap={2}>
                {collection.nextRunsAt.map((at) => (
                  <span key={at}>
                    {dayAndTime(at)} · <RelativeTime at={at} />
                  </span>
                ))}
              </Stack>
            )}
          </Fact>
        </Facts>
      )}
    </Panel>
  );
}
