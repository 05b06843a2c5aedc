using KafkaMesh.Proxy.ProfileTool;

namespace KafkaMesh.Proxy.Tests.ProfileTool;

public sealed class MethodNameTests
{
    [Theory]
    [InlineData("System.String:Trim():System.String:this", "System.String", "Trim", 0, 0)]
    [InlineData("System.Array:Resize[int](byref,int)", "System.Array", "Resize", 1, 2)]
    [InlineData("A.B`1+C[System.ReadOnlySpan`1[char],long]:.ctor(A.B`1[int,int])", "A.B`1+C", ".ctor", 0, 1)]
    [InlineData("A.B[int]:A.I<A.B<T>,T>.Get(int[],int[,])", "A.B", "A.I<A.B<T>,T>.Get", 0, 2)]
    public void Parse_NameAsPrinted_IsTakenApart(string line, string type, string name, int arguments, int parameters)
    {
        var method = MethodName.Parse(line);

        Assert.Equal((type, name, arguments, parameters), (method.Type.ToString(), method.Name, method.Arguments.Count, method.ParameterCount));
    }

    [Fact]
    public void Parse_TypeWithinTypes_KeepsEachAtItsPlace()
    {
        var type = MethodName.Parse("A.B`2[System.Object[],A.C`1[char][,]]:D()").Type;

        Assert.Equal("A.B`2[System.Object[],A.C`1[char][,]]", type.Text);
        Assert.Equal(["System.Object", "A.C`1"], type.Arguments.Select(argument => argument.ToString()));
        Assert.Equal([1, 2], type.Arguments.SelectMany(argument => argument.Ranks));
        Assert.Equal("char", Assert.Single(type.Arguments[1].Arguments).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("System.String")]
    [InlineData("System.String:Trim")]
    [InlineData("System.String:Trim(")]
    [InlineData("(int):Trim")]
    [InlineData("A[int:B()")]
    [InlineData("A[int]x:B()")]
    public void Parse_WhatIsNoName_IsRefused(string line) => Assert.Throws<FormatException>(() => MethodName.Parse(line));
}
