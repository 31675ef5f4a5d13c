"""The table: medians, ratios beside what is asked, processor time, memory, size."""
from statistics import median

from ceilings import ceiling_seconds
from rows import SIZE

MEMORY_LIMIT = 300 << 20
CEILING_PART = 0.8
EXPORT_TARGETS = (
    ("first byte after connecting", "first_byte_seconds", 1000, "ms", "at most", 50),
    ("64 KiB random reads, 1 at a time", "random_reads_1", 1, "a second", "at least", 1000),
    ("64 KiB random reads, 8 at a time", "random_reads_8", 1, "a second", "at least", 1000),
    ("sequential, 4 connections", "sequential_bytes", 1e-6, "MB/s", "at least", 400),
)


def verdict(met: bool) -> str:
    return "met" if met else "MISSED"


def report_row(row, results, rates, touched, out):
    out(f"\n{row.name}: {row.words}")
    for label, result in results.items():
        if result.error:
            out(f"  {label:14} {result.error}")
        elif row.name == "export":
            report_export(result.usages, out)
        else:
            report_variant(row, label, result, rates, touched, out)
    if row.name != "export":
        report_ratios(row, results, out)


def report_variant(row, label, result, rates, touched, out):
    seconds = median(usage.seconds for usage in result.usages)
    memory = max(usage.peak_bytes for usage in result.usages)
    line = (f"  {label:14} {seconds:8.2f} s  {median(usage.cpu_seconds for usage in result.usages):8.2f} CPU s  "
            f"{memory >> 20:5} MiB")
    if result.growth:
        line += f"  repository +{result.growth / (1 << 20):.1f} MiB"
    out(line)
    if not label.startswith("holdfast"):
        return
    if memory >= MEMORY_LIMIT:
        out(f"    memory: {memory >> 20} MiB, asked: less than {MEMORY_LIMIT >> 20}: MISSED")
    if rates:
        ceiling = ceiling_seconds(row, label, rates, touched)
        out(f"    ceiling {ceiling:.2f} s: {ceiling / seconds:.0%} of it, asked: {CEILING_PART:.0%}: "
            + verdict(ceiling / seconds >= CEILING_PART))


def report_ratios(row, results, out):
    def of(label):
        result = results[label]
        return None if result.error else median(usage.seconds for usage in result.usages)

    for target in row.targets:
        own, other = of(target.label), of(target.than)
        if own and other:
            out(f"    {target.label}: {other / own:.2f} x {target.than}, asked: {target.times}: "
                + verdict(other / own >= target.times))
    own, other = results[row.targets[0].label], results["restic"]
    if row.growth and not own.error and not other.error:
        part = own.growth / other.growth
        words = "size" if row.growth == SIZE else "growth"
        out(f"    {words} of the repository: {part:.3f} x restic's, asked: at most {row.growth}: "
            + verdict(part <= row.growth))


def report_export(figures, out):
    ready = median(figure["ready_seconds"] for figure in figures)
    out(f"  the export is there {ready * 1000:.0f} ms after its command was started, "
        f"peak {max(figure['peak_bytes'] for figure in figures) >> 20} MiB")
    for words, name, scale, unit, comparison, target in EXPORT_TARGETS:
        value = median(figure[name] for figure in figures) * scale
        met = value <= target if comparison == "at most" else value >= target
        out(f"    {words}: {value:.1f} {unit}, asked: {comparison} {target}: {verdict(met)}")
