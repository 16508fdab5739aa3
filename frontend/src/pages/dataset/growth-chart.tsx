import { Text, Title } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useId, useMemo, useState } from 'react';
import { byteSize, compactCount, count } from '@/lib/numbers';
import { type Sample, stepNear, stepPath, stepsOf, ticksUpTo } from '@/lib/step-series';
import { dayAndTime } from '@/lib/time';
import { ChartFrame } from './chart-frame';
import classes from './growth.module.css';

const HEIGHT = 190;
const MARGIN = { top: 10, right: 10, bottom: 26, left: 66 };
const KEYS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };

interface GrowthChartProps {
  readonly title: string;
  readonly unit: 'count' | 'bytes';
  /** Oldest first. */
  readonly samples: readonly Sample[];
  /** Milliseconds: what is shown. */
  readonly from: number;
  readonly to: number;
  /** Until when the last value held. */
  readonly until: number;
  /** A moment to mark. */
  readonly marked: number | null;
}

/** A value over time, in steps; pointer and arrow keys go from observation to observation. */
export function GrowthChart({ title, unit, samples, from, to, until, marked }: GrowthChartProps) {
  const heading = useId();
  const { ref, width } = useElementSize();
  const [chosen, setChosen] = useState<number | null>(null);
  const steps = useMemo(() => stepsOf(samples, from, until), [samples, from, until]);
  const ticks = ticksUpTo(Math.max(0, ...steps.map(({ value }) => value)), unit);
  const top = ticks.at(-1) ?? 1;
  const right = Math.max(width - MARGIN.right, MARGIN.left + 1);
  const x = (moment: number) => MARGIN.left + ((moment - from) / (to - from)) * (right - MARGIN.left);
  const y = (value: number) => HEIGHT - MARGIN.bottom - (value / top) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const words = unit === 'bytes' ? byteSize : count;
  const at = Math.min(chosen ?? steps.length - 1, steps.length - 1);
  const step = steps[at];
  if (step === undefined) {
    return (
      <section>
        <Title order={2} size="h5">
          {title}
        </Title>
        <Text size="sm" c="dimmed" mt={6}>
          Not known in this time.
        </Text>
      </section>
    );
  }
  const line = stepPath(steps, x, y);
  const told = `${words(step.value)} since ${dayAndTime(step.at)}`;
  return (
    <section>
      <div className={classes.head}>
        <Title order={2} size="h5" id={heading}>
          {title}
        </Title>
        <Text size="sm" c={chosen === null ? 'dimmed' : undefined}>
          {told}
        </Text>
      </div>
      <div
        ref={ref}
        className={classes.chart}
        role="slider"
        tabIndex={0}
        aria-labelledby={heading}
        aria-valuemin={1}
        aria-valuemax={steps.length}
        aria-valuenow={at + 1}
        aria-valuetext={told}
        onPointerMove={(event) => {
          const offset = event.clientX - event.currentTarget.getBoundingClientRect().left;
          setChosen(stepNear(steps, from + ((offset - MARGIN.left) / (right - MARGIN.left)) * (to - from)));
        }}
        onPointerLeave={() => setChosen(null)}
        onBlur={() => setChosen(null)}
        onKeyDown={(event) => {
          const next =
            event.key === 'Home' ? 0 : event.key === 'End' ? steps.length - 1 : at + (KEYS[event.key] ?? 0);
          if (next === at && !(event.key in KEYS)) return;
          event.preventDefault();
          setChosen(Math.max(0, Math.min(next, steps.length - 1)));
        }}
        data-testid={`growth-${unit}`}
      >
        {width > 0 && (
          <svg width={width} height={HEIGHT} aria-hidden="true">
            <ChartFrame
              ticks={ticks}
              labelOf={unit === 'bytes' ? byteSize : compactCount}
              from={from}
              to={to}
              left={MARGIN.left}
              right={right}
              x={x}
              y={y}
            />
            {steps.map((one) => (
              <rect
                key={one.at}
                className={classes.area}
                x={x(one.from)}
                y={y(one.value)}
                width={Math.max(0, x(one.to) - x(one.from))}
                height={y(0) - y(one.value)}
              />
            ))}
            {marked !== null && marked >= from && marked <= to && (
              <line className={classes.marked} x1={x(marked)} x2={x(marked)} y1={MARGIN.top} y2={y(0)} />
            )}
            <path className={classes.line} d={line} />
            {chosen !== null && (
              <path className={classes.chosen} d={`M${x(step.from)} ${y(step.value)}H${x(step.to)}`} />
            )}
            {steps
              .filter((one) => one.at === one.from)
              .map((one) => (
                <circle
                  key={one.at}
                  className={classes.dot}
                  cx={x(one.at)}
                  cy={y(one.value)}
                  r={one === step && chosen !== null ? 5 : 3}
                />
              ))}
          </svg>
        )}
      </div>
    </section>
  );
}
