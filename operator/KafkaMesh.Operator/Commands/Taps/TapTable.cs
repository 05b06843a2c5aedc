using System.Globalization;
using System.Text;
using KafkaMesh.Operator.Commands.Clusters;
using KafkaMesh.Operator.Wording;

namespace KafkaMesh.Operator.Commands.Taps;

/// <summary>
/// One line per exchange in columns whose width never changes: what does not fit is cut. The last column, topics, goes to the end of the terminal,
/// or as far as it needs where there is none.
/// </summary>
/// <param name="style">Colours of errors.</param>
/// <param name="isWide">Direction, connection and correlation id too, and wider columns.</param>
/// <param name="terminalWidth">Cells of a line; null without terminal.</param>
internal sealed class TapTable(TerminalStyle style, bool isWide, Func<int?> terminalWidth) : ITapFormat
{
    private const int MaxPod = 40;
    private const int MaxText = 1024;
    private const string Gap = "  ";

    private int _podWidth;

    /// <inheritdoc/>
    public string Begin(IReadOnlyList<string> pods, bool isOne)
    {
        var isOmitted = isOne && !isWide;
        _podWidth = isOmitted ? 0 : Math.Clamp(pods.Select(TextWidth.Of).DefaultIfEmpty(0).Max(), 3, MaxPod);
        string[] wide = isWide ? ["DIRECTION", "CONNECTION", "CORRELATION"] : [];
        return Compose(["TIME (UTC)", "POD", "CLIENT", "API", "VER", .. wide, "OUT", "IN", "LATENCY", "RESULT", "TOPICS"], paint: null);
    }

    /// <inheritdoc/>
    public string Line(TapExchange exchange)
    {
        var (last, (topics, more)) = (exchange.Last, exchange.Topics);
        var result = exchange.Response is null ? Figure.Unknown : exchange.Errors.Count == 0 ? "ok" : string.Join(',', exchange.Errors);
        var named = string.Join(',', topics) + (more > 0 ? string.Create(CultureInfo.InvariantCulture, $",+{more}") : "");
        string[] wide = isWide ? [last.Direction, Number(last.Connection), Number(last.CorrelationId)] : [];
        return Compose(
            [
                last.Time.UtcDateTime.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture), last.Pod, exchange.ClientId ?? Figure.Unknown, last.Api, Number(last.Version), .. wide,
                Figure.Of(exchange.Request?.Size), Figure.Of(exchange.Response?.Size), Figure.Latency(exchange.Response?.LatencyMilliseconds), result, named.Length > 0 ? named : Figure.Unknown,
            ],
            exchange.Response is null ? style.Yellow : exchange.Errors.Count > 0 ? style.Red : null);
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    // Negative for figures, which stand to the right.
    private IEnumerable<int> Widths() => isWide
        ? [12, _podWidth, 40, 28, -3, 9, -10, -11, -6, -6, -7, 40]
        : [12, _podWidth, 20, 20, -3, -6, -6, -7, 24];

    private string Compose(string[] cells, Func<string, string>? paint)
    {
        var text = new StringBuilder();
        var room = terminalWidth() ?? int.MaxValue;
        foreach (var (index, (cell, width)) in cells.Zip(Widths().Append(int.MaxValue)).Index())
        {
            if (width == 0)
                continue;
            var gap = text.Length == 0 ? "" : Gap;
            var space = Math.Min(Math.Abs(width), room - gap.Length);
            if (space <= 0)
                break;
            var plain = TextWidth.Fit(PlainText.Of(cell.Length <= MaxText ? cell : cell[..MaxText]), Math.Min(space, MaxText));
            var padded = width == int.MaxValue ? plain : width < 0 ? TextWidth.PadLeft(plain, space) : TextWidth.PadRight(plain, space);
            text.Append(gap).Append(index == cells.Length - 2 && paint is not null ? paint(padded) : padded);
            room -= gap.Length + (width == int.MaxValue ? 0 : space);
        }
        return text.ToString().TrimEnd(' ') + "\n";
    }
}
