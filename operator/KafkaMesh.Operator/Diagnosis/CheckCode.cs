namespace KafkaMesh.Operator.Diagnosis;

/// <summary>One thing that is looked at. Codes are stable: they are never given another meaning, and docs/findings.md has a section for each.</summary>
/// <param name="Code">Such as <c>KM101</c>.</param>
/// <param name="Section">Heading that it stands under.</param>
/// <param name="Title">What holds when all is well, as one sentence without full stop.</param>
internal sealed record CheckCode(string Code, string Section, string Title)
{
    /// <summary>The finding that all is well.</summary>
    /// <param name="message">What was seen.</param>
    public Finding Ok(string message) => new(this, Verdict.Ok, message);

    /// <summary>The finding that it could not be seen.</summary>
    /// <param name="problem">Why.</param>
    public Finding Unknown(string problem) => new(this, Verdict.Unknown, problem);

    /// <summary>The finding that something is not as it should be.</summary>
    /// <param name="message">What was seen.</param>
    /// <param name="advice">What to do.</param>
    public Finding Warning(string message, string advice) => new(this, Verdict.Warning, message) { Advice = advice };

    /// <summary>The finding that something does not work.</summary>
    /// <param name="message">What was seen.</param>
    /// <param name="advice">What to do.</param>
    public Finding Error(string message, string advice) => new(this, Verdict.Error, message) { Advice = advice };
}
