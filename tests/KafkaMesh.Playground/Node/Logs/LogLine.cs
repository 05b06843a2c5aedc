namespace KafkaMesh.Playground.Node.Logs;

/// <summary>One line of a container's output with the time when it was read, without its line end.</summary>
internal readonly record struct LogLine(long Number, DateTimeOffset Time, byte[] Text);
