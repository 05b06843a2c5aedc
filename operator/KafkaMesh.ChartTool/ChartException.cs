namespace KafkaMesh.ChartTool;

/// <summary>The chart cannot be made from these manifests; the message is one sentence that says why.</summary>
internal sealed class ChartException(string message) : Exception(message);
