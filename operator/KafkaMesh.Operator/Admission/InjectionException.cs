namespace KafkaMesh.Operator.Admission;

/// <summary>A pod could not be changed safely. It is admitted as it came.</summary>
internal sealed class InjectionException(string message) : Exception(message);
