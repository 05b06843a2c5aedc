using System.Globalization;
using System.Text;
using KafkaMesh.Proxy.Commands;
using Serilog;
using Serilog.Events;
using Serilog.Parsing;

namespace KafkaMesh.Proxy.Tests.Commands;

public sealed class LineSinkTests
{
    [Theory]
    [InlineData("2026-01-02T03:04:05.006+00:00")]
    [InlineData("2026-12-31T23:59:59.999-03:30")]
    [InlineData("0999-10-10T10:10:10.010+14:00")]
    public void Emit_Event_BeginsWithItsTimeAndLevel(string time)
    {
        var timestamp = DateTimeOffset.ParseExact(time, "yyyy-MM-ddTHH:mm:ss.fffzzz", CultureInfo.InvariantCulture);
        Assert.Equal($"{time} WRN text\n", Write(new LogEvent(timestamp, LogEventLevel.Warning, null, new MessageTemplateParser().Parse("text"), [])));
    }

    [Theory]
    [InlineData(LogEventLevel.Verbose, "VRB")]
    [InlineData(LogEventLevel.Debug, "DBG")]
    [InlineData(LogEventLevel.Information, "INF")]
    [InlineData(LogEventLevel.Error, "ERR")]
    [InlineData(LogEventLevel.Fatal, "FTL")]
    public void Emit_Level_HasThreeLetters(LogEventLevel level, string letters) =>
        Assert.Contains($"+00:00 {letters} text\n", Write(new LogEvent(DateTimeOffset.UnixEpoch, level, null, new MessageTemplateParser().Parse("text"), [])), StringComparison.Ordinal);

    [Fact]
    public void Emit_Values_StandWithoutQuotesInTheInvariantCulture()
    {
        using var output = new MemoryStream();
        using (var log = new LoggerConfiguration().WriteTo.Sink(new LineSink(output)).CreateLogger())
        {
            log.Information("{Text} {Number} {Enum} {Missing} {{braces}} {List} é", "a \"b\"", 1.5, LogEventLevel.Debug);
        }

        Assert.EndsWith(" INF a \"b\" 1.5 Debug {Missing} {braces} {List} é\n", Encoding.UTF8.GetString(output.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void Emit_Exception_StandsBelow()
    {
        var logEvent = new LogEvent(DateTimeOffset.UnixEpoch, LogEventLevel.Error, new IOException("broken"), new MessageTemplateParser().Parse("text"), []);
        Assert.EndsWith("ERR text\nSystem.IO.IOException: broken\n", Write(logEvent), StringComparison.Ordinal);
    }

    private static string Write(LogEvent logEvent)
    {
        var output = new MemoryStream();
        using (var sink = new LineSink(output))
        {
            sink.Emit(logEvent);
        }

        return Encoding.UTF8.GetString(output.ToArray());
    }
}
