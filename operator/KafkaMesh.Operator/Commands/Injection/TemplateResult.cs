using KafkaMesh.Operator.Admission;

namespace KafkaMesh.Operator.Commands.Injection;

/// <summary>What became of one pod template.</summary>
/// <param name="Name">How the report calls it, such as <c>deployment/orders</c>.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Text">The same in words, with the reason.</param>
internal sealed record TemplateResult(string Name, string Namespace, InjectionOutcome Outcome, string Text)
{
    /// <summary>The line of the report.</summary>
    public string Line => $"{Name} in {Namespace}: {Text.ReplaceLineEndings(" ")}";
}
