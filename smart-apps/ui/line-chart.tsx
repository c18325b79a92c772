import { useElementSize } from '@mantine/hooks';
import type { JSX } from 'react';
import classes from './chart.module.css';

/** One point of a chart. */
export interface ChartPoint {
  readonly label: string;
  readonly value: number;
  /** What else the table says about the point. */
  readonly note?: string;
}

/** A horizontal line that means something, such as the start of a band. */
export interface ChartMark {
  readonly value: number;
  readonly label: string;
  readonly color: string;
}

const [LEFT, RIGHT, TOP, BOTTOM] = [28, 8, 12, 22];
const LEAST_WIDTH = 200;

/** Size of the drawing in px. */
interface Frame {
  readonly width: number;
  readonly height: number;
}

function scale(
  points: readonly ChartPoint[],
  max: number,
  frame: Frame,
): (point: ChartPoint, index: number) => [number, number] {
  const step = points.length > 1 ? (frame.width - LEFT - RIGHT) / (points.length - 1) : 0;
  const height = frame.height - TOP - BOTTOM;
  return (point, index) => [
    points.length > 1 ? LEFT + index * step : frame.width / 2,
    TOP + height - (Math.min(point.value, max) / max) * height,
  ];
}

function DataTable({
  title,
  points,
  valueName,
}: {
  title: string;
  points: readonly ChartPoint[];
  valueName: string;
}): JSX.Element {
  return (
    <details className={classes.more}>
      <summary>Show as a table</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable with the keyboard */}
      <section className={classes.scroll} tabIndex={0} aria-label={title}>
        <table className={classes.table}>
          <caption className="mb-hidden">{title}</caption>
          <thead>
            <tr>
              <th scope="col">Date</th>
              <th scope="col">{valueName}</th>
              <th scope="col">Note</th>
            </tr>
          </thead>
          <tbody className="mb-numbers">
            {[...points].reverse().map((point, index) => (
              <tr key={`${point.label}-${String(index)}`}>
                <td>{point.label}</td>
                <td>{point.value}</td>
                <td>{point.note ?? ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}

/** A line over time, oldest first, with the same figures as a table below it. */
export function LineChart(props: {
  title: string;
  points: readonly ChartPoint[];
  max: number;
  color: string;
  valueName: string;
  marks?: readonly ChartMark[];
  /** Height in px; 170 when absent. */
  height?: number;
}): JSX.Element {
  const { points, max } = props;
  const { ref, width } = useElementSize();
  const frame = { width: Math.max(LEAST_WIDTH, width), height: props.height ?? 170 };
  const right = frame.width - RIGHT;
  const at = scale(points, max, frame);
  const xy = points.map(at);
  const path = xy.map(([x, y], index) => `${index ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
  const [first, last] = [points[0], points[points.length - 1]];
  const [lastX, lastY] = xy[xy.length - 1] ?? [0, 0];
  const lineY = (value: number): number => at({ label: '', value }, 0)[1];
  return (
    <div ref={ref}>
      <svg className={classes.chart} viewBox={`0 0 ${frame.width} ${frame.height}`} role="img" aria-label={props.title}>
        {[0, max].map((value) => (
          <g key={value}>
            <line className={classes.axis} x1={LEFT} x2={right} y1={lineY(value)} y2={lineY(value)} />
            <text className={classes.text} x={LEFT - 6} y={lineY(value) + 4} textAnchor="end">
              {value}
            </text>
          </g>
        ))}
        {(props.marks ?? []).map((mark) => (
          <g key={mark.label}>
            <line
              x1={LEFT}
              x2={right}
              y1={lineY(mark.value)}
              y2={lineY(mark.value)}
              stroke={mark.color}
              strokeDasharray="3 4"
            />
            <text className={classes.text} x={LEFT + 4} y={lineY(mark.value) + 12}>
              {mark.label}
            </text>
          </g>
        ))}
        <path className={classes.line} d={path} stroke={props.color} />
        {(points.length <= 40 ? xy : [[lastX, lastY] as const]).map(([x, y], index) => (
          <circle
            key={`${String(index)}-${x}`}
            cx={x}
            cy={y}
            r={index === points.length - 1 ? 4.5 : 2.4}
            fill={props.color}
          />
        ))}
        <text className={classes.text} x={LEFT} y={frame.height - 6}>
          {points.length > 1 ? first?.label : ''}
        </text>
        <text className={classes.text} x={right} y={frame.height - 6} textAnchor="end">
          {last?.label}
        </text>
      </svg>
      <DataTable title={props.title} points={points} valueName={props.valueName} />
    </div>
  );
}
