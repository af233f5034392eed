/* The part of pthread.h that upstream's checks and locks name, for a module that has one thread. */
#ifndef AEC3_PTHREAD_H
#define AEC3_PTHREAD_H
typedef struct pthread *pthread_t;
typedef int pthread_mutex_t;
typedef int pthread_mutexattr_t;
#define PTHREAD_MUTEX_RECURSIVE 1
#define PTHREAD_PRIO_INHERIT 1
#define PTHREAD_MUTEX_INITIALIZER 0
#ifdef __cplusplus
extern "C" {
#endif
static inline pthread_t pthread_self(void) { return 0; }
static inline int pthread_equal(pthread_t a, pthread_t b) { return a == b; }
static inline int pthread_mutex_init(pthread_mutex_t *m, const pthread_mutexattr_t *a) { return 0; }
static inline int pthread_mutex_destroy(pthread_mutex_t *m) { return 0; }
static inline int pthread_mutex_lock(pthread_mutex_t *m) { return 0; }
static inline int pthread_mutex_trylock(pthread_mutex_t *m) { return 0; }
static inline int pthread_mutex_unlock(pthread_mutex_t *m) { return 0; }
static inline int pthread_mutexattr_init(pthread_mutexattr_t *a) { return 0; }
static inline int pthread_mutexattr_settype(pthread_mutexattr_t *a, int t) { return 0; }
static inline int pthread_mutexattr_destroy(pthread_mutexattr_t *a) { return 0; }
static inline int pthread_mutexattr_setprotocol(pthread_mutexattr_t *a, int t) { return 0; }
#ifdef __cplusplus
}
#endif

#endif
