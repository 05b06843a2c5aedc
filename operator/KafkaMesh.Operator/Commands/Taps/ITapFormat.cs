namespace KafkaMesh.Operator.Commands.Taps;

/// <summary>How exchanges are written.</summary>
internal interface ITapFormat
{
    /// <summary>What comes before the first one.</summary>
    /// <param name="pods">Names of the pods; one that was asked for by name alone.</param>
    /// <param name="isOne">Whether one pod was asked for.</param>
    string Begin(IReadOnlyList<string> pods, bool isOne);

    /// <summary>One exchange with a line break at the end.</summary>
    string Line(TapExchange exchange);
}
