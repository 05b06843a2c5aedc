namespace KafkaMesh.Playground.ApiServer.Admission.Conditions;

/// <summary>An expression of a match condition that is no CEL, or CEL that the playground does not evaluate; the message says what.</summary>
internal sealed class ConditionSyntaxException(string message) : Exception(message);
