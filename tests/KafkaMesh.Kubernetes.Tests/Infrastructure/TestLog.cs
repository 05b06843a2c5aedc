using Serilog;

namespace KafkaMesh.Kubernetes.Tests.Infrastructure;

/// <summary>A logger that writes nowhere.</summary>
internal static class TestLog
{
    public static ILogger None { get; } = new LoggerConfiguration().CreateLogger();
}
