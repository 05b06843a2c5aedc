using System.Globalization;
using System.Text;

namespace KafkaMesh.Benchmarks.Relay;

/// <summary>The result as Markdown: medians of every relay, ratios per round, verdicts.</summary>
internal static class RatioReport
{
    /// <summary>Prints the tables.</summary>
    public static void Print(IReadOnlyList<Row> rows, BenchOptions options, TextWriter output)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Medians of {options.Rounds} interleaved rounds of {options.Seconds} s; rounds in which others used more than {options.Disturbance} cores are discarded:"));
        output.WriteLine();
        output.WriteLine("| row | figure | " + string.Join(" | ", RelayProgram.Kinds.Select(RelayProgram.Title)) + " |");
        output.WriteLine("|---|---|" + string.Concat(RelayProgram.Kinds.Select(_ => "--:|")));
        foreach (Row row in rows)
        {
            foreach (Figure figure in Enum.GetValues<Figure>().Where(figure => row.Median(RelayKind.Sidecar, figure) is not null))
            {
                IEnumerable<string> cells = RelayProgram.Kinds.Select(kind => row.Median(kind, figure) is { } value ? Number(value) : "");
                output.WriteLine($"| {row.Name} | {Title(figure)} | {string.Join(" | ", cells)} |");
            }
        }

        output.WriteLine();
        output.WriteLine("Goals, as median (lowest to highest) of the ratios per round:");
        output.WriteLine();
        output.WriteLine("| row | figure | goal | ratio | verdict | to HAProxy 64k | rounds |");
        output.WriteLine("|---|---|---|---|---|---|---|");
        foreach (Row row in rows.Where(row => row.Rounds > 0))
        {
            foreach (Goal goal in row.Goals)
            {
                output.WriteLine(Line(row, goal));
            }
        }

        foreach (Row row in rows.Where(row => row.Rounds == 0))
        {
            output.WriteLine($"| {row.Name} | | | | no undisturbed round | | 0 ({row.Discarded} discarded) |");
        }
    }

    private static string Line(Row row, Goal goal)
    {
        IReadOnlyList<double> ratios = row.Ratios(goal.Figure, goal.Subject, goal.Reference);
        string fair = goal.Reference == RelayKind.HAProxy
            ? Ratio(Statistics.Median(row.Ratios(goal.Figure, goal.Subject, RelayKind.HAProxy64K))) : "";
        string title = goal.Reference == RelayKind.HAProxy ? Title(goal.Figure) : $"{Title(goal.Figure)}, decode on to off";
        var line = new StringBuilder($"| {row.Name} | {title} | {(goal.IsUpper ? "≤" : "≥")} {Ratio(goal.Bound)} | ");
        line.Append(CultureInfo.InvariantCulture, $"{Ratio(Statistics.Median(ratios))} ({Ratio(ratios.Min())}–{Ratio(ratios.Max())}) | {goal.Judge(ratios)} | {fair} | ");
        line.Append(row.Discarded == 0 ? $"{row.Rounds} |" : $"{row.Rounds} ({row.Discarded} discarded) |");
        return line.ToString();
    }

    private static string Title(Figure figure) => figure switch
    {
        Figure.P50 => "p50, µs",
        Figure.P99 => "p99, µs",
        Figure.Rate => "requests/s",
        Figure.CpuPerRequest => "CPU per request, µs",
        Figure.Throughput => "MB/s",
        Figure.CpuPerGiB => "CPU per GiB, s",
        Figure.IdleMemory => "idle, MiB",
        Figure.MemoryPerConnection => "per idle connection, KiB",
        Figure.ActiveMemory => "active, MiB",
        Figure.Start => "ms",
        Figure.CpuPerMessage => "CPU per message, µs",
        _ => "messages/s",
    };

    private static string Ratio(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString(value switch { < 10 => "0.00", < 1000 => "0.0", _ => "#,0" }, CultureInfo.InvariantCulture);
}
