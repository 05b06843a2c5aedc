namespace KafkaMesh.Operator.Diagnosis;

/// <summary>What one check saw.</summary>
/// <param name="Check">The check.</param>
/// <param name="Verdict">What it came to.</param>
/// <param name="Message">What was seen, one line.</param>
internal sealed record Finding(CheckCode Check, Verdict Verdict, string Message)
{
    /// <summary>What to do; null when there is nothing.</summary>
    public string? Advice { get; init; }

    /// <summary>The object that it is about, <c>kafkamonitor/demo/orders</c>; null when it is about the installation.</summary>
    public string? Subject { get; init; }

    /// <summary>The same about an object.</summary>
    /// <param name="subject">The object, <c>kind/namespace/name</c> or <c>kind/name</c>.</param>
    public Finding About(string subject) => this with { Subject = subject };
}
