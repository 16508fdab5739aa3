import { Button, Menu, Text } from '@mantine/core';
import { useSession, useViewer } from '@/api/session';
import { IconLogout, IconUser } from '@/components/icons';
import { toast } from '@/components/toast';

/** Who is signed in, with which role, and the way out. */
export function ViewerMenu() {
  const { name, role } = useViewer();
  const { signOut } = useSession();
  const leave = () => signOut().catch((error: Error) => toast.error(error.message));
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-md"
          leftSection={<IconUser size={16} />}
          aria-label={`Signed in as ${name}`}
        >
          <Text span size="sm" maw={140} truncate visibleFrom="xs">
            {name}
          </Text>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          Signed in as <bdi>{name}</bdi>, role {role}
        </Menu.Label>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={leave}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
