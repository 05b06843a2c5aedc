namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>One cause in the details of a Status (StatusCause of meta/v1).</summary>
/// <param name="Reason">Machine word such as <c>FieldValueInvalid</c>.</param>
/// <param name="Message">Sentence without the field.</param>
/// <param name="Field">Path such as <c>spec.ports[0]</c>; <c>&lt;nil&gt;</c> as recorded for schema-wide remarks.</param>
internal sealed record StatusCause(string Reason, string Message, string Field);
