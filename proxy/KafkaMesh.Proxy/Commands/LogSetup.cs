using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace KafkaMesh.Proxy.Commands;

/// <summary>The log of the process: one line per event on standard output.</summary>
internal static class LogSetup
{
    private const string Line = "{Timestamp:yyyy-MM-ddTHH:mm:ss.fffzzz} {Level:u3} {Message:lj}{NewLine}{Exception}";

    /// <summary>Makes it; disposing it writes what is left.</summary>
    public static Logger Create(LogEventLevel level)
    {
        Logger console = new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Console(outputTemplate: Line, formatProvider: null).CreateLogger();
        return new LoggerConfiguration().MinimumLevel.Is(level).WriteTo.Sink(new BackgroundSink(console)).CreateLogger();
    }
}
