using System.Text;

namespace KafkaMesh.Operator.Tests.Support;

/// <summary>How a program ended.</summary>
/// <param name="Code">Its exit code.</param>
/// <param name="Output">Standard output, byte for byte.</param>
/// <param name="Errors">Standard error.</param>
internal sealed record ProgramResult(int Code, byte[] Output, string Errors)
{
    /// <summary>Standard output as text.</summary>
    public string Text => Encoding.UTF8.GetString(Output);
}
