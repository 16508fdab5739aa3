import { Button, Group, Text } from '@mantine/core';
import { count, counted } from '@/lib/numbers';
import { IconChevronLeft, IconChevronRight } from './icons';

interface PagerProps {
  /** The cursors of the pages gone through, the present one's last; empty on the first page. */
  readonly trail: readonly string[];
  readonly onTrail: (trail: readonly string[]) => void;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  /** How many rows a full page has, and this one. */
  readonly pageSize: number;
  readonly shown: number;
  readonly totalCount: number;
  /** What a row is, in the singular. */
  readonly noun: string;
}

/** “51–100 of 1,234 runs”, with a way on and a way back when there is more than one page. */
export function Pager({ trail, onTrail, pageInfo, pageSize, shown, totalCount, noun }: PagerProps) {
  const first = trail.length * pageSize + 1;
  const { hasNextPage, endCursor } = pageInfo;
  const total = counted(totalCount, noun);
  const isOnlyPage = trail.length === 0 && !hasNextPage;
  if (isOnlyPage) {
    return (
      <Text size="sm" c="dimmed" mt="sm" aria-live="polite">
        {total}
      </Text>
    );
  }
  return (
    <Group component="nav" aria-label={`Pages of ${noun}s`} justify="space-between" mt="sm">
      <Text size="sm" c="dimmed" aria-live="polite">
        {`${count(first)}–${count(first + shown - 1)} of ${total}`}
      </Text>
      <Button.Group>
        <Button
          size="compact-md"
          variant="default"
          disabled={trail.length === 0}
          leftSection={<IconChevronLeft size={16} />}
          onClick={() => onTrail(trail.slice(0, -1))}
        >
          Previous
        </Button>
        <Button
          size="compact-md"
          variant="default"
          disabled={!hasNextPage || endCursor === null}
          rightSection={<IconChevronRight size={16} />}
          onClick={() => endCursor !== null && onTrail([...trail, endCursor])}
        >
          Next
        </Button>
      </Button.Group>
    </Group>
  );
}
