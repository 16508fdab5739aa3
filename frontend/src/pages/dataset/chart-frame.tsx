import { dayTicks } from '@/lib/step-series';
import { dayAndMonth, monthAndYear } from '@/lib/time';
import classes from './growth.module.css';

const LABEL_WIDTH = 84;
// beyond that a day without its year may be either
const LONG_MS = 300 * 86_400_000;

interface ChartFrameProps {
  /** The values that lines are drawn for. */
  readonly ticks: readonly number[];
  readonly labelOf: (value: number) => string;
  readonly from: number;
  readonly to: number;
  readonly left: number;
  readonly right: number;
  readonly x: (moment: number) => number;
  readonly y: (value: number) => number;
}

/** The lines behind a chart, with what they stand for. */
export function ChartFrame({ ticks, labelOf, from, to, left, right, x, y }: ChartFrameProps) {
  const many = Math.max(1, Math.floor((right - left) / LABEL_WIDTH));
  const days = dayTicks(from, to, many).filter((day) => x(day) <= right - LABEL_WIDTH / 3);
  return (
    <>
      {ticks.map((tick) => (
        <g key={tick}>
          <line className={classes.grid} x1={left} x2={right} y1={y(tick)} y2={y(tick)} />
          <text className={classes.label} x={left - 8} y={y(tick)} dy="0.32em" textAnchor="end">
            {labelOf(tick)}
          </text>
        </g>
      ))}
      {days.map((day) => (
        <g key={day}>
          <line className={classes.grid} x1={x(day)} x2={x(day)} y1={y(0)} y2={y(0) + 4} />
          <text className={classes.label} x={x(day)} y={y(0) + 18} textAnchor="middle">
            {to - from > LONG_MS ? monthAndYear(day) : dayAndMonth(day)}
          </text>
        </g>
      ))}
    </>
  );
}
