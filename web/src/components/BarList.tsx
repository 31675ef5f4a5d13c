// Numbers beside one another, each with a bar as long as its part of the largest.
export interface Bar {
  label: string;
  value: number;
  // The number in words where it is more than a number.
  shown?: string;
}

export function BarList({ bars }: { bars: Bar[] }) {
  const most = Math.max(1, ...bars.map(({ value }) => value));
  return (
    <ul className="holdfast-bar-list">
      {bars.map(({ label, value, shown }) => (
        <li key={label}>
          <span>{label}</span>
          <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
            <rect width={(value / most) * 100} height="10" />
          </svg>
          <strong>{shown ?? value}</strong>
        </li>
      ))}
    </ul>
  );
}
