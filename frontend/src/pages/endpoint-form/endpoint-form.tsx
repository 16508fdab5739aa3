import { Alert, Anchor, Button, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { Link, useNavigate } from 'react-router';
import { useMay } from '@/api/session';
import { ConfirmDialog } from '@/components/confirm-dialog';
import { ErrorNote } from '@/components/error-note';
import { IconCheck, IconLock, IconPlugConnected } from '@/components/icons';
import { RoleButton } from '@/components/role-button';
import { ConnectionPanel } from './connection-panel';
import { DetailInputs } from './detail-inputs';
import type { ConnectorFragment } from './endpoint-form.generated';
import classes from './endpoint-form.module.css';
import { GrantScript } from './grant-script';
import { ParameterInputs } from './parameter-inputs';
import { PolicyInputs } from './policy-inputs';
import { Section } from './section';
import { type EditedEndpoint, useForm } from './use-form';
import { useUnsavedWarning } from './use-unsaved-warning';

interface EndpointFormProps {
  /** Null for an endpoint without a connector: it has nothing to connect to. */
  readonly connector: ConnectorFragment | null;
  /** Null for a new one. */
  readonly endpoint: EditedEndpoint | null;
  readonly knownLabels: readonly string[];
}

/** The form that an endpoint is registered or changed with. */
export function EndpointForm({ connector, endpoint, knownLabels }: EndpointFormProps) {
  const navigate = useNavigate();
  const permission = useMay('EDITOR');
  const form = useForm(connector, endpoint);
  const { blocker, leave } = useUnsavedWarning(form.isDirty);
  const formRef = useRef<HTMLFormElement>(null);
  useFocusOnFault(formRef, form.faults);
  const isNew = endpoint === null;
  const save = async () => {
    const id = await form.runSave();
    if (id !== undefined) leave(() => navigate(`/endpoints/${id}`));
  };
  const { save: saving } = form;
  // a refused test stands among the steps, refused values at their fields
  const isSaveErrorShown =
    saving.error !== undefined && saving.refusedSteps === null && saving.error.code !== 'E_BAD_INPUT';
  return (
    <form
      ref={formRef}
      className={classes.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void (connector === null ? save() : form.runTest());
      }}
    >
      <div className={classes.column}>
        {!permission.allowed && (
          <Alert color="gray" variant="light" icon={<IconLock size={18} />}>
            {permission.reason}
          </Alert>
        )}
        {connector && (
          <Section title="Connection">
            <ParameterInputs
              fields={connector.fields}
              values={form.values}
              onChange={form.setValue}
              faults={form.faults}
              stored={endpoint?.config ?? null}
            />
          </Section>
        )}
        <Section title="Details">
          <DetailInputs
            details={form.details}
            onChange={form.changeDetails}
            faults={form.faults}
            knownLabels={knownLabels}
            isNew={isNew}
          />
        </Section>
        {connector && <PolicyInputs policy={form.policy} onChange={form.changePolicy} faults={form.faults} />}
        {isSaveErrorShown && saving.error && <ErrorNote error={saving.error} />}
        <div className={classes.buttons}>
          {connector && (
            <RoleButton
              role="EDITOR"
              type="submit"
              // what there is to do next stands out: first the test, then the saving
              variant={form.saveRefusal === null ? 'default' : 'filled'}
              leftSection={<IconPlugConnected size={16} />}
              loading={form.isTesting}
            >
              Test connection
            </RoleButton>
          )}
          <RoleButton
            role="EDITOR"
            type={connector === null ? 'submit' : 'button'}
            leftSection={<IconCheck size={16} />}
            disabledReason={form.saveRefusal}
            loading={saving.isBusy}
            {...(connector !== null && { onClick: () => void save() })}
          >
            Save
          </RoleButton>
          <Button component={Link} to={isNew ? '/endpoints' : `/endpoints/${endpoint.id}`} variant="subtle">
            Cancel
          </Button>
          {form.saveRefusal && (
            <Text size="sm" c="dimmed" className={classes.refusal}>
              {form.saveRefusal}
            </Text>
          )}
        </div>
      </div>
      {connector && (
        <div className={`${classes.column} ${classes.beside}`}>
          <ConnectionPanel
            connector={connector}
            isBusy={form.isTesting}
            error={form.testError}
            outcome={form.outcome}
            isOutdated={form.isOutdated}
          />
          {connector.grantScript && <GrantScript script={connector.grantScript} />}
          {connector.docsUrl && (
            <Anchor href={connector.docsUrl} target="_blank" rel="noreferrer" size="sm">
              Documentation of {connector.title}
            </Anchor>
          )}
        </div>
      )}
      <ConfirmDialog
        opened={blocker.state === 'blocked'}
        onClose={() => blocker.reset?.()}
        title="Leave without saving?"
        confirmLabel="Leave"
        onConfirm={() => blocker.proceed?.()}
        danger
      >
        What you have typed is not saved.
      </ConfirmDialog>
    </form>
  );
}

/** Leads to the first field at fault whenever another one becomes so. */
function useFocusOnFault(
  form: React.RefObject<HTMLFormElement | null>,
  faults: Readonly<Record<string, string>>,
): void {
  const marked = useRef<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const before = marked.current;
    marked.current = new Set(Object.keys(faults));
    if (Object.keys(faults).every((name) => before.has(name))) return;
    const inputs = [...(form.current?.elements ?? [])] as HTMLInputElement[];
    inputs.find(({ name }) => marked.current.has(name))?.focus();
  }, [form, faults]);
}
