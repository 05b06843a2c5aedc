using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace KafkaMesh.Proxy.Commands;

/// <summary>The log of the process: one line per event on standard output.</summary>
internal static class LogSetup
{
    /// <summary>Makes it; disposing it writes what is left.</summary>
    public static Logger Create(LogEventLevel level) =>
        new LoggerConfiguration().MinimumLevel.Is(level).WriteTo.Sink(new BackgroundSink(OpenOutput)).CreateLogger();

    private static Logger OpenOutput() =>
        new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(new LineSink(Console.OpenStandardOutput())).CreateLogger();
}
