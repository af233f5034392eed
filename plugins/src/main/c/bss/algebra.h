/* Complex numbers and Hermitian 2x2 matrices, in double precision: a line each, so that they are inlined. */
#ifndef BSS_ALGEBRA_H
#define BSS_ALGEBRA_H

typedef struct {
  double re;
  double im;
} Complex;

/* [[a, c], [conj(c), b]] */
typedef struct {
  double a;
  double b;
  Complex c;
} Hermitian;

static inline Complex add(Complex x, Complex y) {
  return (Complex){x.re + y.re, x.im + y.im};
}

static inline Complex subtract(Complex x, Complex y) {
  return (Complex){x.re - y.re, x.im - y.im};
}

static inline Complex complex_product(Complex x, Complex y) {
  return (Complex){x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re};
}

static inline Complex conjugate(Complex x) {
  return (Complex){x.re, -x.im};
}

static inline Complex scale(Complex x, double factor) {
  return (Complex){x.re * factor, x.im * factor};
}

static inline double power(Complex x) {
  return x.re * x.re + x.im * x.im;
}

/* u^H M u */
static inline double quadratic(Hermitian m, Complex u0, Complex u1) {
  Complex cross = complex_product(conjugate(u0), complex_product(m.c, u1));
  return m.a * power(u0) + m.b * power(u1) + 2 * cross.re;
}

#endif
